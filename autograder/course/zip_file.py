"""Writes zip files that are the same bytes for the same files."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO

# Zip files know no earlier time.
EPOCH = (1980, 1, 1, 0, 0, 0)
FILE, PROGRAM = 0o644, 0o755
# What is compressed already.
STORED = (".whl", ".zip")


def write_zip(stream: IO[bytes] | Path, files: Mapping[str, bytes | Path], programs: Collection[str] = ()) -> None:
    """Write a zip file.

    Args:
        stream: Where it goes.
        files: Its files by their names, with their content or the file that holds it.
        programs: The names of those that can be run.
    """
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(STORED) else zipfile.ZIP_DEFLATED
            entry.external_attr = (PROGRAM if name in programs else FILE) << 16
            zipped.writestr(entry, content.read_bytes() if isinstance(content, Path) else content)
