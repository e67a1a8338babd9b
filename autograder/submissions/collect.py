"""Collects the bytes of what was handed in: from here on a submission is data, wherever it came from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.i18n.messages import Text, say
from autograder.submissions.archives import ZIP, may_matter
from autograder.submissions.checks import LIMITS, IntakeLimits, check_folder, not_readable, read_data, read_start, walk


@dataclass(frozen=True)
class SubmittedFiles:
    """The bytes of a submission.

    Attributes:
        name: What was handed in, as people are told: a file, or a folder.
        files: Those that can matter for its marks, by their names below the folder; of a Python file no more bytes than
            show that it is too long.
        folder: Whether it was a folder, and not a single file, which is read whatever its name.
    """

    name: str
    files: Mapping[str, bytes]
    folder: bool = True

    @property
    def told(self) -> Text:
        """What it is called to its student, who did not name the folder that the files came to lie in."""
        return say("What was handed in") if self.folder else self.name

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(map(len, self.files.values()))


def collect(path: Path, limits: IntakeLimits = LIMITS) -> SubmittedFiles:
    """Return the bytes of what was handed in: a file or a folder.

    Raises:
        FileNotFoundError: There is no such path.
        Rejected: It holds a link or something else that is no file, or too much; or it cannot be read.
        OSError: The machine cannot read it.
    """
    if not os.path.lexists(path):
        raise FileNotFoundError(f"no hand-in {path}")
    try:
        # A link to a folder is no submission, whatever lies behind it.
        if path.is_dir() and not path.is_symlink():
            check_folder(path, limits)
            return SubmittedFiles(path.name, dict(_in_folder(path, limits)))
        return SubmittedFiles(path.name, {path.name: read_data(path, limits)}, folder=False)
    except OSError as fault:
        raise not_readable(path, fault) from fault


def _in_folder(folder: Path, limits: IntakeLimits) -> Iterator[tuple[str, bytes]]:
    for entry in walk(folder, limits):
        name = os.path.relpath(entry.path, folder)
        if not entry.is_dir(follow_symlinks=False) and may_matter(name.encode("utf-8", "replace").decode()):
            yield name, _bytes(Path(entry.path), name, limits)


def _bytes(path: Path, name: str, limits: IntakeLimits) -> bytes:
    # An archive may have any name.
    whole = not name.endswith(".py") or read_start(path, len(ZIP)) == ZIP
    return read_start(path, limits.file if whole else limits.module + 1)
