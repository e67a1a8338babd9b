"""Prints what `autograder adopt` found in a course and did with it, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course.score import points
from autograder.release.adopt import Adopted, Adoption
from autograder.release.course_survey import BY_HAND, CHECKS, CellKind

WEAKER = (
    "Weaker: the code of these check cells gives the points, as in plain nbgrader. It runs in the process of the "
    "student's code, which could change what a check sees. Records, feedback and `autograder verify` say in_kernel."
)
# So many names on one line of the terminal.
NAMES_MAX = 6


def print_adoption(adoption: Adoption, console: Console) -> None:
    """Print what was found, what was written, what is weaker than hidden tests, and what to do next."""
    for one in adoption.assignments:
        console.print(_table(one))
        for line in _told(one):
            console.print(Text(line), soft_wrap=True)
        console.print()
    if any(one.in_kernel for one in adoption.assignments):
        console.print(Text(WEAKER), soft_wrap=True)
        console.print()
    for line in _next(adoption):
        console.print(Text(line), soft_wrap=True)


def _table(one: Adopted) -> Table:
    found = one.survey
    table = Table(title=f"{found.name}: {', '.join(found.notebooks)}", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("cells")
    for title in ("number", "points"):
        table.add_column(title, justify="right")
    for kind in CellKind:
        if number := found.number(kind):
            most = points(found.points(kind)) if kind in (*CHECKS, *BY_HAND) else ""
            table.add_row(kind.value, str(number), most)
    total = points(found.points(*CHECKS, *BY_HAND))
    table.add_row("all", str(len(found.cells)), total, style="bold")
    return table


def _told(one: Adopted) -> Iterator[str]:
    yield f"{one.settings} {'was written' if one.written else 'was there, and stays as it is'}."
    if one.in_kernel:
        yield f"Weaker than hidden tests: {_names(one.in_kernel)}."
    if one.tested:
        yield f"Marked by hidden tests: {_names(one.tested)}."
    if one.left:
        yield (
            f"Neither hidden tests nor in_kernel: {_names(one.left)}. Write hidden/test_<problem>.py for each, or name "
            f"it in in_kernel in {one.settings.name}; until then `autograder release {one.survey.name}` refuses."
        )


def _names(problems: list[str]) -> str:
    shown = ", ".join(problems[:NAMES_MAX])
    return shown if len(problems) <= NAMES_MAX else f"{shown} and {len(problems) - NAMES_MAX} more"


def _next(adoption: Adoption) -> Iterator[str]:
    root = adoption.course.root
    if adoption.wired:
        yield f"{root / 'nbgrader_config.py'} names the kit's steps now, in lines at its end."
    if adoption.replaced:
        yield f"These settings of yours in it are replaced by these lines: {', '.join(adoption.replaced)}."
    name = adoption.assignments[0].survey.name
    yield "Next, in the course's folder:"
    yield f"  autograder release {name}   # what students get, and the cells in the gradebook"
    yield f"  autograder grade {name}     # marks what was handed in, in a sandbox, on all cores"
    yield f"  nbgrader generate_feedback {name}"
