"""How much of its time a kernel has used."""

from __future__ import annotations

import os
import time

from autograder.kernel.run_queue import ThreadWaits
from autograder.marking.execution.launcher import KernelProcess

CORES = os.cpu_count() or 1


class Meter:
    """What code has used since it was made, against a limit.

    Used is CPU time, and time in which the code could have run and did not: code that sleeps uses its time up as code
    that is busy does. Time in which it waits for a core is not used, so that a busy machine makes no difference.

    Args:
        process: The kernel's process.
        seconds: The limit.
        wall: The limit by the clock, a backstop.
        idle: Seconds of sleep that are not counted: there are waits that nobody can tell from it.
        grader: Those of the thread that the code may have to wait for.

    Attributes:
        seconds: As given.
    """

    def __init__(
        self,
        process: KernelProcess,
        seconds: float,
        wall: float,
        idle: float = 0.0,
        grader: ThreadWaits | None = None,
    ) -> None:
        self._process, self.seconds, self._wall, self._idle, self._grader = process, seconds, wall, idle, grader
        self._cpu_start, self._waited_start, self._wall_start = process.cpu_seconds(), self._waited(), time.monotonic()
        self._paused: float | None = None

    def pause(self) -> None:
        """Stop the clock: nothing is asked of the code. What it does all the same is counted as CPU time."""
        self._paused = time.monotonic()

    def resume(self) -> None:
        """Let the clock go on."""
        if self._paused is not None:
            self._wall_start += time.monotonic() - self._paused
            self._paused = None

    def _waited(self) -> float | None:
        waited = self._process.waited_seconds()
        return None if waited is None else waited + ((self._grader.seconds() or 0.0) if self._grader else 0.0)

    @property
    def used(self) -> float:
        """How many seconds were used."""
        cpu, waited = self._process.cpu_seconds() - self._cpu_start, self._waited()
        if waited is None or self._waited_start is None:
            return cpu
        return max(cpu, time.monotonic() - self._wall_start - (waited - self._waited_start) - self._idle)

    @property
    def left(self) -> float:
        """How many seconds pass at least before half of what is left of a limit is used up."""
        wall = self._wall - (time.monotonic() - self._wall_start)
        return min((self.seconds - self.used) / CORES, wall) / 2

    @property
    def over(self) -> bool:
        """Whether a limit has been passed."""
        return time.monotonic() - self._wall_start > self._wall or self.used > self.seconds
