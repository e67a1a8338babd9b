"""Checks whether a kernel's folder is within its bounds, where it is not a file system of its own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from .policy import Policy


def overfull(folder: Path, policy: Policy) -> bool:
    """Return whether a folder holds more bytes or files than the policy gives a kernel.

    Called by the grader, again and again while student code runs at level no-userns: there the system bounds each file,
    and only this bounds all of them together. Deleted files that are still open are not seen.
    """
    total, count = 0, 0
    try:
        for status in statuses_below(folder):
            # Blocks, not the size: a file with holes takes only what was written.
            total, count = total + 512 * status.st_blocks, count + 1
            if total > policy.scratch_bytes or count > policy.scratch_files:
                return True
    except OSError:  # a path too long to be looked at, or a folder closed to its owner, is no honest folder
        return True
    return False


def statuses_below(folder: Path) -> Iterator[os.stat_result]:
    """Yield the status of each file and folder below a folder; links are not followed."""
    # A list and no recursion: student code can nest folders deeper than Python's stack.
    folders = [str(folder)]
    while folders:
        with contextlib.suppress(FileNotFoundError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                    yield entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
