"""Counts how much time a submission may still take, and how long each wait for its code may be.

Use is counted as `autograder.marking.execution.cpu_time.Meter` counts: the time since the submission's marking began,
without the time in which it waited for a core. Only hopeless submissions use their budget up; what they ran until then
is marked.

Code that was stopped once is not waited for again in every place. The problem that was being checked, and those that
are built on it, are **in doubt**, and their code gets a short time from then on.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from types import MappingProxyType

from autograder.course.assignment import Assignment
from autograder.course.limits import Limits
from autograder.i18n.messages import say
from autograder.kernel.process import ThreadWaits
from autograder.marking.execution.cpu_time import Usage
from autograder.testing.faults import NotRun

OVER = say("Not run: the time for marking this submission was used up.")
# After so many stops a short time is half as long.
MANY_STOPS = 3
# By the clock, a whole submission may take this many times its budget. The clock counts too, because the CPU time of a
# kernel that ends by itself is not all seen.
BY_THE_CLOCK = 2.0
# How many times as long a cell may take when it is run again, on a machine that may have become busier.
SLOWER_AGAIN = 3


class Budget:
    """What is left of a submission's time.

    Args:
        built_on: For each problem, those whose code calls that problem's; see `dependents`.

    Attributes:
        usage: The CPU time of its kernels.
        grader: How long the thread that marks the submission had no core.
        subject: The problem whose tests are being run.
        stops: How often its code was stopped for time.
        deaf: Whether its code has ignored an interrupt; it is then ended without one.
        reached: Whether something was not run, or not to its end, because the budget was used up.
    """

    def __init__(self, limits: Limits, built_on: Mapping[str, Collection[str]] = MappingProxyType({})) -> None:
        self._limits, self._built_on = limits, built_on
        self.usage, self.grader = Usage(), ThreadWaits()
        self.subject: str | None = None
        self.stops = 0
        self.deaf = self.reached = False
        self._doubted: set[str] = set()
        self._cells = self._reruns = 0.0
        self._started, self._waited = time.monotonic(), self.grader.seconds()

    @property
    def spent(self) -> float:
        """The seconds used so far."""
        wall, waited = time.monotonic() - self._started, self.grader.seconds()
        least = max(self.usage.kernels, wall / BY_THE_CLOCK)
        if waited is None or self._waited is None:
            return least
        # Sleep counts, waiting for a core does not. The grader's own waits are taken off too: code waits for the
        # grader's thread.
        return max(least, wall - (waited - self._waited) - self.usage.waited)

    @property
    def left(self) -> float:
        """The seconds left."""
        return max(0.0, self._limits.budget - self.spent)

    @property
    def over(self) -> bool:
        """Whether nothing is left; once True it stays True."""
        # It stays so, because the time is read anew each time: what was refused once must not run after all.
        self.reached = self.reached or not self.left
        return self.reached

    def check(self) -> None:
        """Check that something is left.

        Raises:
            NotRun: The budget is used up.
        """
        if self.over:
            raise NotRun(OVER)

    @property
    def again(self) -> float:
        """Seconds for what was stopped before."""
        return self._limits.again / (2 if self.hopeless else 1)

    @property
    def hopeless(self) -> bool:
        """Whether code was stopped often."""
        return self.stops >= MANY_STOPS

    @property
    def test(self) -> float:
        """Seconds for a test of the subject."""
        return min(self.again if self.subject in self._doubted else self._limits.test, self.left)

    def cell(self, wanted: float) -> float:
        """Return the seconds for a cell; all cells share half of the budget, and the other half is left for tests."""
        # Never less than a check's time: later cells define what tests call.
        return min(wanted, max(self._limits.cells - self._cells, self._limits.check), self.left)

    def ran_cell(self, seconds: float) -> None:
        """Record what a cell has used."""
        self._cells += seconds

    def rerun(self, took: float) -> float:
        """Return the seconds for a cell that is run again, by what it took before."""
        return min(SLOWER_AGAIN * took + self._limits.check, max(self._limits.reruns - self._reruns, self.again))

    def reran_cell(self, seconds: float) -> None:
        """Record what a cell has used when it was run again."""
        self._reruns += seconds

    def patience(self, seconds: float) -> float:
        """Return how long to wait for a kernel that was asked for next to nothing."""
        return min(seconds, self.again) if self.stops else seconds

    def stopped(self, problem: str | None) -> None:
        """Record that code was stopped for time while a problem was being checked."""
        self.stops += 1
        if problem is not None:
            self._doubted |= {problem, *self._built_on.get(problem, ())}

    def doubts(self, problem: str) -> bool:
        """Return whether a problem's code was stopped before, or calls code that was."""
        return problem in self._doubted


def dependents(assignment: Assignment) -> dict[str, frozenset[str]]:
    """Return for each problem those that are built on it, as ``[[stand_ins]]`` declare."""
    written_in = {function: one.id for one in assignment.problems.values() for function in one.functions}
    found: dict[str, set[str]] = {}
    for entry in assignment.stand_ins:
        within = [written_in.get(name, name) for name in entry.functions]
        for place, problem in enumerate(within):
            found.setdefault(problem, set()).update((*within[place + 1 :], *entry.used_by))
    return {problem: frozenset(others) for problem, others in found.items()}
