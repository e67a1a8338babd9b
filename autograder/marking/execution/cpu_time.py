"""Measures the time that kernels use: one kernel against a limit, and all kernels of a submission together."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from autograder.kernel.process import ThreadWaits
from autograder.marking.execution.launcher import KernelProcess

CORES = os.cpu_count() or 1


class Meter:
    """What code has used since it was made, against a limit.

    CPU time counts, and so does time in which the code could have run and did not: sleeping code uses its time up as
    busy code does. Time in which it waits for a core does not count, so that a busy machine makes no difference.

    Args:
        seconds: The limit on what counts.
        wall: The limit by the clock in seconds, a backstop.
        idle: Seconds of sleep that are not counted: some waits cannot be told from sleep.
        grader: The waits of the grader's thread, which the code may have to wait for.

    Attributes:
        seconds: The limit on what counts.
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


@dataclass
class Usage:
    """CPU seconds of one submission.

    Attributes:
        cells: Of cells while they ran.
        kernels: Of kernels altogether: their start, cells, and answers to calls.
        waited: How long kernels were ready to run and had no core; not CPU time.
    """

    cells: float = 0.0
    kernels: float = 0.0
    waited: float = 0.0

    @property
    def calls(self) -> float:
        """CPU seconds of kernels besides running cells: their start, and answers to calls from hidden tests."""
        return max(0.0, self.kernels - self.cells)


class KernelUsage:
    """Adds what one kernel uses to a submission's usage. What a kernel that ended by itself used last is not known."""

    def __init__(self, usage: Usage, process: KernelProcess) -> None:
        self._usage, self._process, self._seen, self._waited = usage, process, 0.0, 0.0
        self._lock = threading.Lock()

    def look(self) -> float:
        """Record what was used so far, and return it in CPU seconds."""
        # The thread that watches a limit looks as well: both would add the same difference.
        with self._lock:
            used = self._process.cpu_seconds()  # 0 when it has ended
            self._usage.kernels += max(0.0, used - self._seen)
            self._seen = max(self._seen, used)
            waited = self._process.waited_seconds() or 0.0
            self._usage.waited += max(0.0, waited - self._waited)
            self._waited = max(self._waited, waited)
            return self._seen

    @contextmanager
    def in_a_cell(self) -> Iterator[None]:
        """Count what is used inside the context as used by the student's cells."""
        before = self.look()
        try:
            yield
        finally:
            self._usage.cells += self.look() - before
