"""Marks a submission with all its cells, and with only those that points depend on: nothing may differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from autograder.course.assignment import NOT_FOR_MARKING, Assignment
from autograder.course.limits import Limits
from autograder.course.results import ProblemResult, Record, TestResult
from autograder.course.score import points
from autograder.kernel.sandbox.levels import Level
from autograder.marking.cell_selection import grade_id, left_out
from autograder.marking.mark_file import mark_file
from autograder.marking.restore import restore
from autograder.verification.proof import BOTH, Proof


def same_marks(assignment: Assignment, level: Level) -> Iterator[Proof]:
    """Yield the proofs that tags have an effect, but none on marks; nothing where there are no tags.

    Raises:
        CourseError: The solutions or the release are missing.
        SandboxError: A kernel cannot be sandboxed as far as ``level``.
    """
    if not assignment.not_for_marking:
        return
    course, file = assignment.course, f"{assignment.name}.ipynb"
    solved, released = course.solutions(assignment.name) / file, course.release(assignment.name) / file
    out = names_left_out(assignment, solved)
    kept = tuple(
        f"{name} bears the tag, and is run: {_why(assignment, name)}"
        for name in sorted(assignment.not_for_marking - out)
    )
    yield Proof(f"cells tagged {NOT_FOR_MARKING} are left out", BOTH, f"{len(out)} cells", kept)
    faults = [f"the solution: {line}" for line in marked_both_ways(assignment, solved, level=level)]
    faults += [f"the release: {line}" for line in marked_both_ways(assignment, released, level=level)]
    yield Proof("leaving cells out changes no mark", assignment.language, "the same with all cells", tuple(faults))


def names_left_out(assignment: Assignment, file: Path) -> set[str]:
    """Return the ``grade_id`` of each cell of a notebook that is left out, or whose visible part is."""
    notebook = restore(assignment, nbformat.read(file, as_version=4))
    return {grade_id(notebook.cells[index]) for index in left_out(assignment, notebook)}


def _why(assignment: Assignment, name: str) -> str:
    if name not in assignment.provided:
        return "only code cells that students get as they are can be left out (Read-only, Autograder tests)"
    return "a name that it binds occurs in the solution, or it only defines; take this tag away"


def marked_both_ways(
    assignment: Assignment, file: Path, limits: Limits | None = None, level: Level = Level.FULL
) -> list[str]:
    """Return the differences between the records of a submission marked with and without all its cells."""
    needed, _ = mark_file(assignment, file, limits, level)
    whole, _ = mark_file(assignment, file, limits, level, all_cells=True)
    return differences(needed, whole)


def differences(needed: Record, whole: Record) -> list[str]:
    """Return the differences between the record with the needed cells and that with all: status, points, results."""
    if needed.status is not whole.status:
        return [f"{needed.status}, with all cells {whole.status}"]
    others = {problem.id: problem for problem in whole.problems}
    return [
        f"{problem.id}: {points(problem.score)} points, with all cells {points(others[problem.id].score)}: {what}"
        for problem in needed.problems
        if (what := _what_differs(problem, others[problem.id]))
    ]


def _what_differs(needed: ProblemResult, whole: ProblemResult) -> str:
    pairs = zip(needed.tests, whole.tests, strict=True)
    found = [one.id for one, other in pairs if _seen(one) != _seen(other)]
    if (needed.score, needed.deductions) != (whole.score, whole.deductions):
        found.append("the points")
    if needed.diagnoses != whole.diagnoses:
        found.append("the diagnoses")
    return ", ".join(found)


def _seen(test: TestResult) -> tuple[Any, ...]:
    return test.verdict, test.score, test.basis, str(test.message), test.hint, test.misconception
