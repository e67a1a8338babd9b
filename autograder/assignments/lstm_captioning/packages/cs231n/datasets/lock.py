"""A lock that one process at a time holds, by a file."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def locked(path: Path, waiting: str) -> Iterator[None]:
    """Hold a lock; it is released when the process ends, however it ends.

    Args:
        path: The lock's file, which is made if it isn't there, and stays.
        waiting: What to print if another process holds the lock.
    """
    with open(path, "a", encoding="utf-8") as file:
        _acquire(file, waiting)
        yield


if sys.platform == "win32":
    import msvcrt

    def _acquire(file: IO[str], waiting: str) -> None:
        while True:
            try:
                # Waits up to ten seconds, then raises.
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                return
            except OSError:
                print(waiting, flush=True)

else:
    import fcntl

    def _acquire(file: IO[str], waiting: str) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(waiting, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
