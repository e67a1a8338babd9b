"""Shows what a new marking would change before anything is written, for ``--what-if``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.score import points
from autograder.grading.gradebook.changes import Change, TestChange
from autograder.i18n.terminal import said

# How many of one problem's tests are named; the others are counted.
TESTS_SHOWN = 3


def print_what_if(changes: Sequence[Change], console: Console, students: int) -> None:
    """Print whose points would move, by which tests, and which decisions of a person override them.

    Args:
        changes: The changes of all students; see `autograder.grading.gradebook.changes.compare`.
        console: Where the tables are printed.
        students: How many submissions were compared.
    """
    moving = [change for change in changes if change.moves]
    if moving:
        console.print(by_student(moving), by_test(moving))
    console.print(said(summary(changes, students)), soft_wrap=True)


def by_student(changes: Iterable[Change]) -> Table:
    """Return a table with a row for each problem of each student, whose name stands in the first."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("student", overflow="fold", max_width=17)
    table.add_column("problem", overflow="fold", max_width=23)
    table.add_column("points", no_wrap=True)
    table.add_column("by", overflow="fold")
    before = None
    for change in changes:
        shown = "" if change.student == before else change.student
        table.add_row(*map(said, (shown, change.problem, moved(change), "\n".join(reasons(change)))))
        before = change.student
    return table


def moved(change: Change) -> str:
    """Return how points move: ``6 → 4.5``; a question mark stands for what a person has to look at."""
    return f"{_shown(change.old)} → {_shown(change.new)}"


def _shown(score: float | None) -> str:
    return "?" if score is None else points(score)


def reasons(change: Change, most: int = TESTS_SHOWN) -> list[str]:
    """Return the scores that stay in spite of a change, and the tests that move points, one a line.

    Args:
        change: The change.
        most: How many tests are named; the others are counted.
    """
    lines = []
    if change.override is not None:
        lines.append(f"OVERRIDE {points(change.override)} stays")
    if change.extra_credit:
        lines.append(f"extra credit {points(change.extra_credit)} stays")
    if change.kept:
        lines.append(f"{_shown(change.old)} is KEPT")
    lines += [f"{_sign(test)}{short_name(test.id)}" for test in change.tests[:most]]
    if (more := len(change.tests) - most) > 0:
        lines.append(f"and {more} more")
    return lines or ["no test of the record"]


def short_name(test: str) -> str:
    """Return what of a test's id tells it from the others of its problem."""
    return test.rpartition("::")[2].removeprefix("test_")


def _sign(test: TestChange) -> str:
    return "+" if test.gain > 0 else "-" if test.gain < 0 else "~"


@dataclass(frozen=True)
class TestCount:
    """For how many submissions a test came to something else.

    Attributes:
        problem: The problem's id.
        id: The test's id.
        more: How many gained points by it.
        less: How many lost some.
        other: How many have as many with another verdict.
    """

    # pytest would otherwise collect a class of this name.
    __test__ = False

    problem: str
    id: str
    more: int
    less: int
    other: int


def count_by_test(changes: Iterable[Change]) -> list[TestCount]:
    """Return the tests that came to something else, those that did so for most submissions first."""
    signs: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        for test in change.tests:
            signs.setdefault((change.problem, test.id), []).append(_sign(test))
    counts = [TestCount(*key, *(found.count(sign) for sign in "+-~")) for key, found in signs.items()]
    return sorted(counts, key=lambda one: -(one.more + one.less + one.other))


def by_test(changes: Iterable[Change]) -> Table:
    """Return a table of tests: for how many submissions each came to more, to less, or to another verdict."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("test", overflow="fold")
    table.add_column("problem", overflow="fold")
    for title in ("more", "less", "other"):
        table.add_column(title, justify="right")
    for one in count_by_test(changes):
        table.add_row(said(short_name(one.id)), said(one.problem), str(one.more), str(one.less), str(one.other))
    return table


def summary(changes: Sequence[Change], students: int, moved: str = "would move") -> str:
    """Return a summary: how many submissions move, and by how many points up and down.

    Args:
        changes: The changes of all students.
        students: How many submissions were compared.
        moved: What is said of those that move.
    """
    moving = [change for change in changes if change.moves]
    # A person's decision stands: there, nothing that anybody sees would move.
    seen = [change for change in moving if change.override is None and not change.kept]
    differences = [change.difference for change in seen if change.new is not None]
    up = sum(difference for difference in differences if difference > 0)
    down = -sum(difference for difference in differences if difference < 0)
    people = len({change.student for change in seen})
    text = f"{people} of {students} hand-ins {moved}, +{points(up)}/-{points(down)} points"
    for what, among in (
        ("overridden by a person", [change for change in moving if change.override is not None]),
        ("kept", [change for change in changes if change.kept and change.override is None]),
        ("left to a person", [change for change in seen if change.new is None]),
    ):
        if among:
            text += f"; {len(among)} {what}"
    return text + "."
