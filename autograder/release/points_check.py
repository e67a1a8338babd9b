"""Checks that the points of an assignment add up, and that its texts say what its cells have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from autograder.course.assignment import Assignment
from autograder.course.score import points
from autograder.testing.declared import DeclaredTest, declared_tests, hidden_names

# A line of a table with a problem's name and its points, and a problem's name with its points in a sentence.
TOLD = (
    re.compile(r"^\|\s*`(\w+)`\s*\|\s*(\d+(?:\.\d+)?)\s*\|", re.MULTILINE),
    re.compile(r"`(\w+)`\s*[,\N{FULLWIDTH COMMA}(]\s*(\d+(?:\.\d+)?)\s*(?:points?\b|分)"),
)


class PointsError(ValueError):
    """The points of an assignment do not add up; the message names the problems and says what to do."""


def check_source_points(assignment: Assignment) -> list[str]:
    """Check the points of an assignment in all of its languages, and return notes on what may be meant otherwise.

    Raises:
        CourseError: The hidden tests cannot be collected.
        PointsError: They do not add up, or a text says others than the cell has.
    """
    if faults := list(point_faults(assignment)):
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise PointsError(f"the points of {assignment.notebook_file} do not add up:\n{lines}")
    return list(scaled_shares(assignment, declared_tests(assignment)))


def point_faults(assignment: Assignment) -> Iterator[str]:
    """Yield a line for each problem whose points come from nowhere, or are told otherwise in a text."""
    problems = assignment.problems.values()
    tested = {problem.id for problem in problems if problem.tested}
    in_kernel = {problem.id for problem in problems if problem.in_kernel}
    files = hidden_names(assignment)
    yield from (
        f"{name} has no hidden tests: write hidden/test_{name}.py, or name it in in_kernel in assignment.toml if the "
        "code of its check cell gives the points"
        for name in sorted(tested - files)
    )
    yield from (
        f"{name} has hidden tests, and is named in in_kernel: take it out of in_kernel in assignment.toml"
        for name in sorted(files & in_kernel)
    )
    yield from (f"hidden/test_{name}.py is of no problem" for name in sorted(files - tested - in_kernel))
    yield from (
        f"{problem.id} has no points: give its cell {problem.check} some" for problem in problems if problem.points <= 0
    )
    for language in assignment.languages:
        yield from (f"{line} ({language})" for line in _told_otherwise(assignment.in_language(language)))


def _told_otherwise(assignment: Assignment) -> Iterator[str]:
    """Yield a line for each problem for which a text names other points than its cell has."""
    for cell in assignment.notebook.cells:
        for pattern in TOLD:
            for name, told in pattern.findall(cell.source if cell.cell_type == "markdown" else ""):
                problem = assignment.problems.get(name)
                if problem is not None and float(told) != problem.points:
                    yield f"{name}: the text {cell.id} says {told} points, its cell has {points(problem.points)}"


def scaled_shares(assignment: Assignment, declared: Mapping[str, Sequence[DeclaredTest]]) -> Iterator[str]:
    """Yield a line for each problem whose tests' shares do not add up to its points, and so are scaled to them."""
    for name, tests in declared.items():
        problem, total = assignment.problems.get(name), sum(test.share for test in tests)
        if problem is not None and total and abs(total - problem.points) > 1e-9:
            yield (
                f"{name}: the shares of its hidden tests add up to {points(total)}, its cell has "
                f"{points(problem.points)} points: each share counts {points(problem.points / total)}"
            )
