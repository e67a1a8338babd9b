"""How long a thread was ready to run while it had no core."""

from __future__ import annotations

import contextlib
import os

NANOSECONDS = 1e9


class RunQueue:
    """What Linux counts of one thread in its ``schedstat``.

    Args:
        path: That file.
    """

    def __init__(self, path: str) -> None:
        self._descriptor: int | None = None
        self._last: float | None = None
        # Once open, the file stays that thread's, and reading it fails when the thread has ended.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def waited(self) -> float | None:
        """Return seconds, of a thread that has ended as they were last seen; None where the system does not count."""
        if self._descriptor is not None:
            with contextlib.suppress(ProcessLookupError):
                self._last = int(os.pread(self._descriptor, 100, 0).split()[1]) / NANOSECONDS
        return self._last

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
