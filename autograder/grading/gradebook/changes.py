"""Compares old marks with new ones: what would change, by which tests, and which decision of a person's stands."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from autograder.course.cells import problem_name
from autograder.course.results import ProblemResult, Record, TestResult
from autograder.nbgrader_plugins.save_grades import automatic_score

# A smaller difference is no change: points are rounded to four decimals.
NOTHING = 1e-6


class Published(msgspec.Struct, frozen=True):
    """What nbgrader's gradebook says of one graded cell of a submission.

    Attributes:
        auto_score: Automatic points; None when there are none yet.
        manual_score: Points that a person gave instead; None when nobody did.
        needs_manual_grade: Whether a person still has to look at it.
        max_score: The cell's points.
        extra_credit: Points that a person gave in addition; None when nobody did.
    """

    auto_score: float | None
    manual_score: float | None
    needs_manual_grade: bool
    max_score: float
    extra_credit: float | None = None


class TestChange(msgspec.Struct, frozen=True):
    """A hidden test with another result than before.

    Attributes:
        id: The test's id.
        before: ``<verdict> <points>``; None when there was no such test, or nothing is known of it.
        after: The same, for the new marking.
        gain: Points gained; negative when points are lost.
    """

    # pytest would otherwise collect a class of this name.
    __test__ = False

    id: str
    before: str | None
    after: str | None
    gain: float = 0.0


class Change(msgspec.Struct, frozen=True):
    """What a new marking means for one problem of one student.

    Attributes:
        student: The student's id.
        problem: The problem's id.
        old: Automatic points so far; None when there were none.
        new: Automatic points by the new marking; None when a person has to look at it.
        tests: The tests with another result than before.
        override: A person's score, which stands; None when there is none.
        extra_credit: Points that a person gave in addition, which stand too.
        kept: Whether the old points stay although the new marking gives less.
    """

    student: str
    problem: str
    old: float | None
    new: float | None
    tests: tuple[TestChange, ...] = ()
    override: float | None = None
    extra_credit: float | None = None
    kept: bool = False

    @property
    def written(self) -> float | None:
        """The automatic points that are written; None when a person has to look at the problem."""
        return self.old if self.kept else self.new

    @property
    def moves(self) -> bool:
        """Whether automatic points change."""
        if self.old is None or self.new is None:
            return self.old is not self.new
        return abs(self.new - self.old) > NOTHING

    @property
    def difference(self) -> float:
        """The difference in points; no points yet count as 0."""
        return (self.new or 0.0) - (self.old or 0.0)

    @property
    def lowers(self) -> bool:
        """Whether there were more points before."""
        # A problem that goes to a person counts as lower: its automatic points are then missing.
        return self.old is not None and self.difference < -NOTHING


def compare(old: Record | None, published: Mapping[str, Published], new: Record) -> list[Change]:
    """Return the changes, by problem and in the new record's order; nothing for a submission that was never marked.

    Args:
        old: The record so far, which tells tests apart; None when there is none.
        published: What the gradebook says, by ``grade_id``; the points so far are taken from it.
        new: The record of the new marking.
    """
    # A first marking changes nothing that anybody has seen.
    if not published:
        return []
    before = {problem_name(name): (name, mark) for name, mark in published.items()}
    order = [problem.id for problem in new.problems]
    names = [*order, *(name for name in before if name not in order)]
    changes = []
    for name in names:
        # What a person marks has no automatic points that could change.
        if name in before and name not in new.manual:
            change = _change(name, *before[name], old, new)
            if change.moves or change.tests:
                changes.append(change)
    return changes


def points_of(record: Record, grade_id: str, max_score: float) -> float | None:
    """Return the automatic points of a graded cell; a refused submission has 0 where its record says nothing else."""
    if refused_outright(record, grade_id):
        return 0.0
    return automatic_score(record, grade_id, max_score)


def refused_outright(record: Record, grade_id: str) -> bool:
    """Return whether a cell has no points because the submission was refused."""
    return record.status == "rejected" and record.problem(problem_name(grade_id)) is None


def _change(problem: str, grade_id: str, mark: Published, old: Record | None, new: Record) -> Change:
    score = points_of(new, grade_id, mark.max_score)
    tests = changed_tests(old.problem(problem) if old else None, new.problem(problem))
    return Change(new.student, problem, mark.auto_score, score, tests, mark.manual_score, mark.extra_credit)


def changed_tests(old: ProblemResult | None, new: ProblemResult | None) -> tuple[TestChange, ...]:
    """Return the tests of a problem with another result than before; those that no longer exist come last."""
    before, after = _by_id(old), _by_id(new)
    changed = []
    for name in [*after, *(name for name in before if name not in after)]:
        # By id and not by place: tests may have been added, or renamed, since the last marking.
        one, other = before.get(name), after.get(name)
        if one is None or other is None or one.verdict != other.verdict or abs(one.score - other.score) > NOTHING:
            gain = (other.score if other else 0.0) - (one.score if one else 0.0)
            changed.append(TestChange(name, _said(one), _said(other), round(gain, 4)))
    return tuple(changed)


def _by_id(result: ProblemResult | None) -> dict[str, TestResult]:
    return {test.id: test for test in result.tests} if result else {}


def _said(test: TestResult | None) -> str | None:
    return None if test is None else f"{test.verdict.value} {test.score:g}"
