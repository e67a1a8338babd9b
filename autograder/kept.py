"""One pytest session that runs problems again and again: the hidden tests are collected once.

Collecting takes longer than most problems' tests. It pays where many hand-ins are run in one process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pytest

from autograder.assignment import Assignment, Problem
from autograder.course import CourseError
from autograder.examiner import Examiner
from autograder.hidden_fixtures import Access
from autograder.hiddenrun import run_hidden
from autograder.results import ProblemResult
from autograder.scoring import summarise

T = TypeVar("T")
# Runs the tests of a problem on a hand-in, given the results of problems before it.
Run = Callable[[Problem, Access, Mapping[str, ProblemResult]], ProblemResult]


def in_one_session(assignment: Assignment, work: Callable[[Run], T]) -> T:
    """Return what ``work`` returns, which is given a function that runs problems.

    Args:
        assignment: Whose hidden tests are run.
        work: Called once, when the tests have been collected.

    Raises:
        CourseError: The hidden tests cannot be collected.
        KeyboardInterrupt: A person stopped it.
    """
    kept = KeptExaminer(assignment, work)
    run_hidden(assignment.hidden, kept)
    if kept.fault is not None:
        raise kept.fault
    if not kept.outcome:
        reason = "; ".join(kept.faults) or "run pytest on them to see why"
        raise CourseError(f"the hidden tests in {assignment.hidden} cannot be collected: {reason}")
    outcome: T = kept.outcome[0]
    return outcome


class KeptExaminer(Examiner):
    """A pytest plugin that hands over to a function where pytest would run the tests, and is an examiner each time.

    Args:
        assignment: The assignment.
        work: What is called in place of pytest's loop.
    """

    def __init__(self, assignment: Assignment, work: Callable[[Run], Any]) -> None:
        super().__init__(assignment, next(iter(assignment.problems.values())), Access(), {})
        self._work = work
        self._items: dict[str, list[pytest.Item]] = {}
        self.outcome: list[Any] = []
        self.fault: BaseException | None = None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort the tests by their problems."""
        for item in items:
            self._items.setdefault(item.path.stem.removeprefix("test_"), []).append(item)

    def pytest_runtestloop(self) -> bool:
        """Let the function work; pytest would take its faults for its own."""
        if not self.faults:
            try:
                self.outcome.append(self._work(self.run))
            except BaseException as fault:
                self.fault = fault
        return True

    def run(self, problem: Problem, access: Access, earlier: Mapping[str, ProblemResult]) -> ProblemResult:
        """Run the hidden tests of one problem on a hand-in."""
        Examiner.__init__(self, self._assignment, problem, access, earlier)
        items = self._items.get(problem.id, [])
        super().pytest_collection_modifyitems(items)
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return summarise(problem, list(self.findings.values()), asked=self.unmet is None)
