"""Runs single hidden tests of a problem on trusted code in this process, to learn what they see of its answers."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.course.assignment import Assignment
from autograder.kernel.call_server import Server
from autograder.testing.case import Case, Look, open_case
from autograder.testing.faults import CheckFailed, NotRun, StudentError
from autograder.testing.fixtures import FixedAccess, SubmissionAccess, identify
from autograder.testing.link import LocalLink
from autograder.testing.pytest_run import Collector
from autograder.testing.student import Student


@dataclass(frozen=True)
class CaseOutcome:
    """The result of a hidden test, and what it saw.

    Attributes:
        passed: Whether it passed.
        looks: What it saw of answers, in order.
        raised: The class of the exception that the code raised, None when it raised none.
        text: The exception's message.
    """

    passed: bool
    looks: tuple[Look, ...]
    raised: str | None = None
    text: str = ""


class Replay(Collector):
    """The hidden tests of one problem, collected once.

    Args:
        file: The file of the hidden tests.

    Raises:
        CourseError: The tests cannot be collected.
    """

    def __init__(self, assignment: Assignment, file: Path) -> None:
        super().__init__(assignment, file)
        self._tests = {identify(item): item for item in self.items if isinstance(item, pytest.Function)}

    @property
    def gates(self) -> frozenset[str]:
        """The tests that count only once a test of values passes, by their ids."""
        marks = {test: item.get_closest_marker("points") for test, item in self._tests.items()}
        return frozenset(test for test, mark in marks.items() if mark is not None and mark.kwargs.get("gate"))

    def run(self, test: str, code: Mapping[str, Any]) -> CaseOutcome:
        """Run one test, by its id, on trusted code: the names that it defines."""
        item = self._tests[test]
        case = Case(test=test, assignment=self._assignment, rng=self.generator(item, "beside"))
        # With generators of their own at their start: the same inputs as the student's code had.
        values = self._values(item, FixedAccess(LocalLink(Server(code))), case)
        with self._assignment.importing(), open_case(case), warnings.catch_warnings(), np.errstate(all="ignore"):
            # Known mistakes divide by zero and overflow: the mistake is just that, and warns nobody.
            warnings.simplefilter("ignore")
            try:
                # The function itself, without pytest: hundreds of pairs of test and mistake are run for one problem.
                item.obj(**values)
            except StudentError as fault:
                return CaseOutcome(False, tuple(case.looks), fault.name, fault.text)
            except (CheckFailed, NotRun):
                return CaseOutcome(False, tuple(case.looks))
        return CaseOutcome(True, tuple(case.looks))

    def _values(self, item: pytest.Function, access: SubmissionAccess, case: Case) -> dict[str, Any]:
        given = {
            "student": Student(access.link, case.observed, access.link_apart),
            "reference": self._assignment.reference,
            "rng": self.generator(item),
            **(item.callspec.params if hasattr(item, "callspec") else {}),
        }
        return {name: given[name] for name in inspect.signature(item.obj).parameters}
