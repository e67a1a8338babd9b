"""How much of its time a kernel has used."""

from __future__ import annotations

import os
import time

from autograder.launcher import KernelProcess

CORES = os.cpu_count() or 1


class Meter:
    """CPU and wall-clock time used since it was made, against a limit.

    Args:
        process: The kernel's process.
        cpu: The limit in CPU seconds.
        wall: The limit in wall-clock seconds.
    """

    def __init__(self, process: KernelProcess, cpu: float, wall: float) -> None:
        self._process, self._cpu, self._wall = process, cpu, wall
        self._cpu_start, self._wall_start = process.cpu_seconds(), time.monotonic()

    @property
    def left(self) -> float:
        """How many seconds pass at least before half of what is left of a limit is used up."""
        cpu = self._cpu - (self._process.cpu_seconds() - self._cpu_start)
        wall = self._wall - (time.monotonic() - self._wall_start)
        return min(cpu / CORES, wall) / 2

    @property
    def over(self) -> bool:
        """Whether a limit has been passed."""
        if time.monotonic() - self._wall_start > self._wall:
            return True
        return self._process.cpu_seconds() - self._cpu_start > self._cpu
