"""Reads what hidden tests declare: their shares, their titles, and the sentences of the handout that they cite."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.course import CourseError
from autograder.i18n.messages import Message
from autograder.testing.fixtures import identify
from autograder.testing.pytest_run import Collector
from autograder.testing.runner import title_of

DEFINED = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class DeclaredTest:
    """One hidden test.

    Attributes:
        title: The line that students read.
        points: Its share of the problem's points.
        asks: The sentence of the handout that it rests on.
        gate: Whether it counts only once a test of values passes.
        test: The test's id.
        stays: Why it is kept though no known mistake fails it alone; for staff.
        share: Its share as it is written, before it is scaled.
        worked_example: Whether it has only the values that the notebook shows.
    """

    title: Message
    points: float
    asks: Message
    gate: bool = False
    test: str = ""
    stays: str = ""
    share: float = 0.0
    worked_example: bool = False


def declared_tests(assignment: Assignment) -> dict[str, list[DeclaredTest]]:
    """Return the hidden tests of each problem that has any, in the order of the files.

    Raises:
        CourseError: The tests cannot be collected.
    """
    # pytest takes it for a fault when a folder has none.
    if not hidden_names(assignment):
        return {}
    found: dict[str, list[pytest.Item]] = {}
    for item in Collector(assignment, assignment.hidden).items:
        found.setdefault(item.path.stem.removeprefix("test_"), []).append(item)
    return {problem: _shared(assignment, problem, items) for problem, items in found.items()}


def _shared(assignment: Assignment, problem: str, items: list[pytest.Item]) -> list[DeclaredTest]:
    made = []
    for item in items:
        mark = item.get_closest_marker("points")
        if mark is None:
            raise CourseError(f"{item.nodeid} has no points: give it @pytest.mark.points(n)")
        made.append(
            DeclaredTest(
                title_of(item),
                float(mark.args[0]),
                Message(str(mark.kwargs.get("asks", ""))),
                bool(mark.kwargs.get("gate")),
                identify(item),
                str(mark.kwargs.get("stays", "")),
                float(mark.args[0]),
                bool(mark.kwargs.get("worked_example")),
            )
        )
    # As `scoring.summarise` does, so that the points declared are the points given.
    total = sum(test.points for test in made)
    points = assignment.problems[problem].points if problem in assignment.problems else 0.0
    return [replace(one, points=points * one.points / total) for one in made]


def handout(assignment: Assignment, problem: str) -> str:
    """Return what students read of a problem in the assignment's language: its stub's docstrings, the text above it."""
    cells = assignment.notebook.cells
    names = list(map(grade_id, cells))
    end = names.index(assignment.problems[problem].check)
    # The text between the check of the problem before and this problem's own.
    checks = [place for place in range(end) if cells[place].metadata.get("nbgrader", {}).get("grade")]
    parts = []
    for cell, name in zip(cells[max(checks, default=-1) + 1 : end], names[max(checks, default=-1) + 1 :], strict=False):
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif name == problem:
            parts += [
                ast.get_docstring(node) or "" for node in ast.parse(cell.source).body if isinstance(node, DEFINED)
            ]
    return "\n".join(parts)


def cited(assignment: Assignment, problem: str, test: DeclaredTest) -> bool:
    """Return whether the sentence that a test cites is in the handout of the assignment's language."""
    said = squeezed(assignment.catalogue.say(test.asks))
    return bool(said) and said in squeezed(handout(assignment, problem))


def squeezed(text: str) -> str:
    """Return a text without blanks, because where lines end means nothing."""
    return "".join(text.split())


def uncited(assignment: Assignment, declared: dict[str, list[DeclaredTest]]) -> list[str]:
    """Return a line for each test whose sentence is not in the handout of the assignment's language."""
    return [
        f"{problem}: {test.title} cites {str(test.asks)!r}, which is not in its docstring or the text above it"
        for problem, tests in declared.items()
        if problem in assignment.problems
        for test in tests
        if not cited(assignment, problem, test)
    ]


def hidden_names(assignment: Assignment) -> set[str]:
    """Return the problems that have a file of hidden tests."""
    return {Path(file).stem.removeprefix("test_") for file in assignment.hidden.glob("test_*.py")}
