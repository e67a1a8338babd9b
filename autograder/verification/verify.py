"""Proves what can be proved of an assignment without students, for `autograder verify`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.results import Status
from autograder.course.score import points
from autograder.kernel.sandbox.levels import Level
from autograder.marking.mark_file import mark_file
from autograder.release.release import StaleError, check_current
from autograder.release.translation_check import TwinError, twin_faults
from autograder.testing.declared import declared_tests, hidden_names, uncited
from autograder.verification.proof import BOTH, Proof
from autograder.verification.skipped_cells import same_marks

# A line of a table: a problem's name, and its points.
TABLE_ROW = re.compile(r"^\|\s*`(\w+)`\s*\|\s*(\d+(?:\.\d+)?)\s*\|", re.MULTILINE)


def verify(assignment: Assignment, level: Level) -> Iterator[Proof]:
    """Yield the proofs of points, texts and languages, of solution and release; the last take some seconds each.

    What trials of wrong and right code prove of the hidden tests is in `autograder.verification.fairness`.

    Raises:
        CourseError: The assignment, its solutions or its releases are missing.
        SandboxError: A kernel cannot be sandboxed as far as ``level``.
    """
    yield from _points(assignment)
    for language in assignment.languages:
        made = assignment.in_language(language)
        missing = tuple(uncited(made, declared_tests(made)))
        yield Proof("every hidden test cites a sentence of the handout", language, "all found", missing)
    seen = "one language" if len(assignment.languages) == 1 else f"{' and '.join(assignment.languages)} agree"
    yield Proof("twins say the same", BOTH, seen, tuple(twin_faults(assignment)))
    yield _current(assignment)
    course, file = assignment.course, f"{assignment.name}.ipynb"
    for language in assignment.languages:
        solution, released = course.solutions(assignment.name, language), course.release(assignment.name, language)
        yield _marked(assignment, solution / file, "the solution gets full marks", language, level, _full)
        yield _marked(assignment, released / file, "the release gets nothing", language, level, _nothing)
    yield from same_marks(assignment, level)


def _full(score: float, most: float) -> bool:
    return score == most


def _nothing(score: float, _most: float) -> bool:
    return score == 0


def _points(assignment: Assignment) -> Iterator[Proof]:
    problems = assignment.problems.values()
    automatic = {problem.id for problem in problems if not problem.manual}
    files = hidden_names(assignment)
    faults = [f"{name} has no hidden tests" for name in sorted(automatic - files)]
    faults += [f"hidden/test_{name}.py is of no problem" for name in sorted(files - automatic)]
    faults += [f"{problem.id} has no points" for problem in problems if problem.points <= 0]
    for language in assignment.languages:
        faults += [f"{line} ({language})" for line in _told_otherwise(assignment.in_language(language))]
    by_hand = sum(problem.points for problem in problems if problem.manual)
    total = sum(problem.points for problem in problems)
    yield Proof("points add up", BOTH, f"{points(total)}, of which {points(by_hand)} by a person", tuple(faults))


def _told_otherwise(assignment: Assignment) -> Iterator[str]:
    """Yield a line for each problem for which a table in the text names other points than its cell has."""
    for cell in assignment.notebook.cells:
        for name, told in TABLE_ROW.findall(cell.source if cell.cell_type == "markdown" else ""):
            problem = assignment.problems.get(name)
            if problem is not None and float(told) != problem.points:
                yield f"{name}: the text {cell.id} says {told} points, its cell has {points(problem.points)}"


def _current(assignment: Assignment) -> Proof:
    what = "release and solutions are what the source gives"
    try:
        check_current(assignment)
    except (StaleError, TwinError) as fault:
        return Proof(what, BOTH, "", (str(fault),))
    return Proof(what, BOTH, "the same to the byte")


def _marked(
    assignment: Assignment, file: Path, what: str, language: str, level: Level, holds: Callable[[float, float], bool]
) -> Proof:
    record, _ = mark_file(assignment, file, level=level)
    most = sum(problem.points for problem in assignment.problems.values() if not problem.manual)
    faults = []
    if record.status is not Status.MARKED:
        faults.append(f"{record.status}: {' '.join(map(str, record.notes))}")
    elif record.language != language:
        faults.append(f"it is taken for {record.language}")
    elif not holds(record.score, most):
        faults.append(f"{points(record.score)} of {points(most)} points")
        faults += [
            f"{problem.id}: {points(problem.score)} of {points(problem.max_score)}"
            for problem in record.problems
            if not holds(problem.score, problem.max_score)
        ]
    return Proof(what, language, f"{points(record.score)} of {points(most)}", tuple(faults))
