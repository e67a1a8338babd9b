"""Reads how long threads were ready to run and had no core: the second field of Linux's ``schedstat``."""

from __future__ import annotations

import os
import threading

NANOSECONDS = 1e9


def waited_in(descriptor: int) -> float:
    """Return the seconds waited that an open ``schedstat`` file tells.

    Raises:
        ProcessLookupError: The file's thread has ended.
    """
    return int(os.pread(descriptor, 100, 0).split()[1]) / NANOSECONDS


class ThreadWaits:
    """What the thread that makes this object has waited; any thread may ask."""

    def __init__(self) -> None:
        self._file = f"/proc/self/task/{threading.get_native_id()}/schedstat"

    def seconds(self) -> float | None:
        """Return how long the thread has waited, None where the system does not tell."""
        try:
            descriptor = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            return waited_in(descriptor)
        finally:
            os.close(descriptor)
