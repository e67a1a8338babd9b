"""Keeps a second process from writing the same class: each would take away what the other has just built."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.course import CourseError

try:
    import fcntl
except ImportError:  # Windows has no such locks: there nothing is kept
    fcntl = None  # type: ignore[assignment]


class WriterLock:
    """Holds a class for this process until it is closed, or the process ends in whatever way.

    Args:
        file: The file that stands for the class; it is made where it is missing.

    Raises:
        CourseError: Another process holds it.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            # A lock of the process, which what it starts does not inherit and so cannot keep.
            if fcntl is not None:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as fault:
            self.close()
            raise CourseError(
                f"another `autograder grade` is writing in {file.parent}: wait until it has ended, or stop it"
            ) from fault

    def close(self) -> None:
        """Let others have the class."""
        os.close(self._file)
