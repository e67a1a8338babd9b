"""How long threads were ready to run while they had no core: the second field of Linux's ``schedstat``."""

from __future__ import annotations

import os
import threading

NANOSECONDS = 1e9


def waited_in(descriptor: int) -> float:
    """Return the seconds that an open ``schedstat`` tells.

    Raises:
        ProcessLookupError: Its thread has ended.
    """
    return int(os.pread(descriptor, 100, 0).split()[1]) / NANOSECONDS


class ThreadWaits:
    """What the thread that makes it has waited; any thread may ask."""

    def __init__(self) -> None:
        self._file = f"/proc/self/task/{threading.get_native_id()}/schedstat"

    def seconds(self) -> float | None:
        """Return how long it has waited, None where the system does not tell."""
        try:
            descriptor = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            return waited_in(descriptor)
        finally:
            os.close(descriptor)
