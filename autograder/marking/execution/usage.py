"""Adds up how much CPU time the kernels of one submission used, and how much of it the student's own cells did."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from autograder.marking.execution.launcher import KernelProcess


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
