"""Compares a class with what it was before it was marked again: who gained or lost, by which tests, and why.

A change of points is told in the words of `autograder grade --what-if`, which shows the same before it is written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from autograder.course.results import Record
from autograder.course.score import DECIMALS
from autograder.grading.gradebook.changes import NOTHING, Change, changed_tests
from autograder.grading.never_lower import is_kept
from autograder.grading.what_if import TestCount, count_by_test, summary
from autograder.reports.class_data import ClassData, Row, TableCell
from autograder.reports.comparison.earlier_class import EarlierClass, automatic_points

HAND_IN = "another hand-in"
PERSON = "a person's points"
LATE = "lateness"
UNCAUSED = "nothing that records say: its code gives other results from run to run, or was too slow once"
# What a record says of its marking, and what it means where that differs.
MARKED_WITH = {
    "tests_sha256": "other hidden tests",
    "kit_version": "another version of the kit",
    "salt_fingerprint": "another salt, so other hidden inputs",
    "environment": "other versions of packages",
}


@dataclass(frozen=True)
class Regraded:
    """One student of whom something came to something else.

    Attributes:
        student: The student's id, or pseudonym.
        name: The student's name; empty where there is none.
        before: The score before, with what a person has entered.
        after: The score now.
        changes: Its problems that came to something else.
        causes: What differs between the two markings.
    """

    student: str
    name: str
    before: float
    after: float
    changes: tuple[Change, ...]
    causes: tuple[str, ...]

    @property
    def difference(self) -> float:
        """The difference in points."""
        return round(self.after - self.before, DECIMALS)


@dataclass(frozen=True)
class Regrade:
    """A class before and after.

    Attributes:
        earlier: What it is compared with.
        students: Those of whom something came to something else, who lost most first.
        compared: How many students there were before and are now.
        came: Those who have handed in since.
        gone: Those who are no longer there.
        means: The mean score of those who were compared, before and now.
        gradebook: Whether the points before are those of a gradebook; else persons' points are taken to be as they are
            now.
    """

    earlier: str
    students: list[Regraded]
    compared: int
    came: list[str]
    gone: list[str]
    means: tuple[float, float]
    gradebook: bool

    @property
    def changes(self) -> list[Change]:
        """The changes of all students."""
        return [change for one in self.students for change in one.changes]

    @property
    def tests(self) -> list[TestCount]:
        """The tests that came to something else, for most students first."""
        return count_by_test(self.changes)

    @property
    def causes(self) -> list[tuple[str, int]]:
        """What differs, each with for how many students, the most frequent first."""
        return Counter(cause for one in self.students for cause in one.causes).most_common()

    @property
    def sentence(self) -> str:
        """What came of it, in the words of ``--what-if``."""
        return summary(self.changes, self.compared, "moved")


def regrade(earlier: EarlierClass, now: ClassData) -> Regrade:
    """Return the comparison of a class with what it was.

    Args:
        earlier: The class as it was.
        now: The class as it is.
    """
    pairs = earlier.pairs(now)
    both = {student: (one, other) for student, (one, other) in pairs.items() if one and other}
    found = [_regraded(earlier, *rows) for rows in both.values()]
    changed = [one for one in found if one.changes or abs(one.difference) > NOTHING]
    count = len(found) or 1
    return Regrade(
        earlier=earlier.name,
        students=sorted(changed, key=lambda one: (one.difference, one.student)),
        compared=len(found),
        came=[student for student, (one, _) in pairs.items() if one is None],
        gone=[student for student, (_, other) in pairs.items() if other is None],
        means=(sum(one.before for one in found) / count, sum(one.after for one in found) / count),
        gradebook=earlier.gradebook,
    )


def _regraded(earlier: EarlierClass, before: Row, after: Row) -> Regraded:
    names = dict.fromkeys([*after.marks, *before.marks])
    changes = [_change(after.student, name, before.marks.get(name), after.marks.get(name), earlier) for name in names]
    kept = tuple(change for change in changes if change.moves or change.tests)
    was = before.score.points if earlier.gradebook else _points_before(before, after, earlier)
    return Regraded(after.student, after.name, was, after.score.points, kept, _causes(before, after, kept, earlier))


def _change(
    student: str, problem: str, before: TableCell | None, after: TableCell | None, earlier: EarlierClass
) -> Change:
    was, is_now = (cell.result if cell else None for cell in (before, after))
    tests = changed_tests(was, is_now)
    if after and stands(before, after, earlier):
        return Change(student, problem, automatic_points(before), automatic_points(after), tests, override=after.score)
    old, new = _points_of(before, after, earlier), after.score if after else None
    extra, kept = (after.extra_credit or None) if after else None, is_now is not None and is_kept(is_now)
    return Change(student, problem, old, new, tests, extra_credit=extra, kept=kept)


def stands(before: TableCell | None, after: TableCell, earlier: EarlierClass) -> bool:
    """Return whether points that a person gave instead of the tests' are the same in both."""
    if after.manual_score is None:
        return False
    return not earlier.gradebook or (before is not None and before.by_hand and before.score == after.score)


def _points_of(before: TableCell | None, after: TableCell | None, earlier: EarlierClass) -> float | None:
    """Return the points that a problem had; without the gradebook of then, what a person gave is taken to be as now."""
    if earlier.gradebook or after is None:
        return before.score if before else None
    if after.manual_score is not None:
        return after.score
    return None if before is None or before.score is None else before.score + after.extra_credit


def _points_before(before: Row, after: Row, earlier: EarlierClass) -> float:
    names = dict.fromkeys([*after.marks, *before.marks])
    had = [_points_of(before.marks.get(name), after.marks.get(name), earlier) or 0.0 for name in names]
    return round(max(0.0, sum(had) - after.penalty), DECIMALS)


def _causes(before: Row, after: Row, changes: tuple[Change, ...], earlier: EarlierClass) -> tuple[str, ...]:
    one, other = before.record, after.record
    causes = [HAND_IN] if _differ(one, other, "sha256") else []
    causes += [why for field, why in MARKED_WITH.items() if _differ(one, other, field)]
    for name, cell in after.marks.items():
        was = before.marks.get(name)
        if was and was.max_score != cell.max_score:
            causes.append(f"other points of {name}")
    causes += [PERSON] if any(_of_person(before, after, change, earlier) for change in changes) else []
    causes += [LATE] if earlier.gradebook and before.penalty != after.penalty else []
    return tuple(causes) or ((UNCAUSED,) if changes else ())


def _differ(one: Record, other: Record, field: str) -> bool:
    """Return whether two records differ in something; not where one of them does not say it."""
    before, after = getattr(one, field), getattr(other, field)
    return bool(before) and bool(after) and before != after


def _of_person(before: Row, after: Row, change: Change, earlier: EarlierClass) -> bool:
    if not earlier.gradebook or change.override is not None or not change.moves:
        return False
    return any(row.marks[change.problem].by_hand for row in (before, after) if change.problem in row.marks)
