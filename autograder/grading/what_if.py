"""Shows what a new marking would change before anything is written, for ``--what-if``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def reasons(change: Change) -> list[str]:
    """Return the scores that stay in spite of a change, and the tests that move points, a few to a line."""
    lines = []
    if change.override is not None:
        lines.append(f"OVERRIDE {points(change.override)} stays")
    if change.extra_credit:
        lines.append(f"extra credit {points(change.extra_credit)} stays")
    if change.kept:
        lines.append(f"{_shown(change.old)} is KEPT")
    lines += [f"{_sign(test)}{_name(test)}" for test in change.tests[:TESTS_SHOWN]]
    if (more := len(change.tests) - TESTS_SHOWN) > 0:
        lines.append(f"and {more} more")
    return lines or ["no test of the record"]


def _name(test: TestChange) -> str:
    return test.id.rpartition("::")[2].removeprefix("test_")


def _sign(test: TestChange) -> str:
    return "+" if test.gain > 0 else "-" if test.gain < 0 else "~"


def by_test(changes: Iterable[Change]) -> Table:
    """Return a table of tests: for how many submissions each came to more, to less, or to another verdict."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for change in changes:
        for test in change.tests:
            found = counts.setdefault((change.problem, _name(test)), {"+": 0, "-": 0, "~": 0})
            found[_sign(test)] += 1
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("test", overflow="fold")
    table.add_column("problem", overflow="fold")
    for title in ("more", "less", "other"):
        table.add_column(title, justify="right")
    for (problem, name), found in sorted(counts.items(), key=lambda item: -sum(item[1].values())):
        table.add_row(said(name), said(problem), *(str(number) for number in found.values()))
    return table


def summary(changes: Sequence[Change], students: int) -> str:
    """Return a summary: how many submissions would move, and by how many points up and down."""
    moving = [change for change in changes if change.moves]
    # A person's decision stands: there, nothing that anybody sees would move.
    seen = [change for change in moving if change.override is None and not change.kept]
    differences = [change.difference for change in seen if change.new is not None]
    up = sum(difference for difference in differences if difference > 0)
    down = -sum(difference for difference in differences if difference < 0)
    people = len({change.student for change in seen})
    text = f"{people} of {students} hand-ins would move, +{points(up)}/-{points(down)} points"
    for what, among in (
        ("overridden by a person", [change for change in moving if change.override is not None]),
        ("kept", [change for change in moving if change.kept and change.override is None]),
        ("left to a person", [change for change in seen if change.new is None]),
    ):
        if among:
            text += f"; {len(among)} {what}"
    return text + "."
