"""Puts hand-ins together from an assignment's solution and from files, and marks them in this process."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.course.results import ProblemResult, Verdict
from autograder.kernel.call_server import Server
from autograder.marking.problem import mark_problem
from autograder.testing.fixtures import FixedAccess, SubmissionAccess
from autograder.testing.link import LocalLink
from autograder.testing.variants import VariantAccess, variant


@dataclasses.dataclass(frozen=True)
class Marker:
    """Marks hand-ins that consist of the solution with some functions replaced.

    Attributes:
        assignment: The assignment.
    """

    assignment: Assignment

    @property
    def problems(self) -> list[str]:
        """The problems that hidden tests mark, in the notebook's order."""
        return [name for name, problem in self.assignment.problems.items() if not problem.manual]

    def namespace(self, replacements: Mapping[str, Any] | str | Path = "") -> dict[str, Any]:
        """Return what a hand-in defines: the solution, with replacements that the solution's functions call as well.

        Args:
            replacements: Functions by name, or source code, or a file of source code, which is run among the
                solution's names; ``loss`` and ``sample`` become methods of a fresh CaptioningRNN.
        """
        return variant(self.assignment, replacements)

    @classmethod
    def of(cls, name: str) -> Marker:
        """Return what marks hand-ins for an assignment of the kit's own course."""
        return cls(Assignment(Course(KIT_ROOT), name))

    def mark(self, replacements: Mapping[str, Any] | str | Path = "", *problems: str) -> Marks:
        """Return what a hand-in gets for some problems, or for all when none is named."""
        return self.mark_with(VariantAccess(self.assignment, replacements), *problems)

    def mark_names(self, names: Mapping[str, Any], *problems: str) -> Marks:
        """Return what the hand-in gets that defines ``names``."""
        return self.mark_with(FixedAccess(LocalLink(Server(names))), *problems)

    def mark_with(self, access: SubmissionAccess, *problems: str) -> Marks:
        """Return what the hand-in gets that is reached so."""
        results: dict[str, ProblemResult] = {}
        for name in problems or self.problems:
            results[name] = mark_problem(self.assignment, self.assignment.problems[name], access, results)
        return Marks(results)


@dataclasses.dataclass(frozen=True)
class Marks:
    """What a hand-in got.

    Attributes:
        results: By problem.
    """

    results: dict[str, ProblemResult]

    @property
    def lost(self) -> dict[str, float]:
        """The points lost, of each problem that lost any; one that takes another's share loses none of its own."""
        results = {name: result for name, result in self.results.items() if not result.shared}
        points = {name: round(result.max_score - result.score, 6) for name, result in results.items()}
        return {name: value for name, value in points.items() if value}

    @property
    def verdicts(self) -> dict[str, str]:
        """What each test came to, by its id."""
        return {test.id: str(test.verdict) for result in self.results.values() for test in result.tests}

    @property
    def messages(self) -> dict[str, str]:
        """What students read about each test that did not pass, by the part of its id behind ``::``."""
        tests = [test for result in self.results.values() for test in result.tests]
        return {test.id.split("::")[1]: str(test.message) for test in tests if test.verdict is not Verdict.PASSED}

    @property
    def misconceptions(self) -> set[str]:
        """The known mistakes that were recognised."""
        tests = [test for result in self.results.values() for test in result.tests]
        return {test.misconception for test in tests if test.misconception}

    @property
    def notes(self) -> list[str]:
        """What was seen that costs nothing."""
        return [str(note) for result in self.results.values() for note in result.notes]

    @property
    def deductions(self) -> list[str]:
        """Why points were taken off besides the tests."""
        return [str(deduction.reason) for result in self.results.values() for deduction in result.deductions]
