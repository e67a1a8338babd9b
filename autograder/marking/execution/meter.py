"""Measures how much of its time a kernel has used."""

from __future__ import annotations

import os
import time

from autograder.kernel.run_queue import ThreadWaits
from autograder.marking.execution.launcher import KernelProcess

CORES = os.cpu_count() or 1


class Meter:
    """What code has used since it was made, against a limit.

    CPU time counts, and so does time in which the code could have run and did not: sleeping code uses its time up as
    busy code does. Time in which it waits for a core does not count, so that a busy machine makes no difference.

    Args:
        process: The kernel's process.
        seconds: The limit.
        wall: The limit by the clock, a backstop.
        idle: Seconds of sleep that are not counted: some waits cannot be told from sleep.
        grader: The waits of the grader's thread, which the code may have to wait for.

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
        """Stop the clock, because nothing is asked of the code. What it does all the same is counted as CPU time."""
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
        """The seconds used."""
        cpu, waited = self._process.cpu_seconds() - self._cpu_start, self._waited()
        # Without the system's word, sleep cannot be told from waiting for a core: only CPU time then counts, and the
        # wall clock.
        if waited is None or self._waited_start is None:
            return cpu
        return max(cpu, time.monotonic() - self._wall_start - (waited - self._waited_start) - self._idle)

    @property
    def left(self) -> float:
        """Half of the shortest time in which what is left of a limit can be used up, in seconds by the clock."""
        wall = self._wall - (time.monotonic() - self._wall_start)
        # Code with a thread on each core uses its time so many times as fast. Half of it, so that the limit is not
        # overslept.
        return min((self.seconds - self.used) / CORES, wall) / 2

    @property
    def over(self) -> bool:
        """Whether a limit has been passed."""
        return time.monotonic() - self._wall_start > self._wall or self.used > self.seconds
