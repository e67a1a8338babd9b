"""Marks a submission with all its cells, and with only those that points depend on: nothing may differ."""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

import nbformat

from autograder.course.assignment import NOT_FOR_MARKING, Assignment
from autograder.course.cells import grade_id
from autograder.course.course import CourseError
from autograder.course.joined_notebooks import notebooks_in
from autograder.course.results import ProblemResult, Record, TestResult
from autograder.course.score import points
from autograder.kernel.sandbox.levels import Level
from autograder.marking.cell_selection import is_provided, left_out, names_of
from autograder.marking.mark_file import mark_file
from autograder.marking.restore import restore
from autograder.verification.proof import BOTH, Proof
from autograder.verification.raising_cells import raising_cells


def same_marks(assignment: Assignment, level: Level) -> Iterator[Proof]:
    """Yield the proofs that tags have an effect, but none on marks; nothing where there are no tags.

    Raises:
        CourseError: The solutions or the release are missing.
        SandboxError: A kernel cannot be sandboxed as far as ``level``.
    """
    if not assignment.not_for_marking:
        return
    course, file = assignment.course, "" if assignment.joined else f"{assignment.name}.ipynb"
    solved, released = course.solutions(assignment.name) / file, course.release(assignment.name) / file
    given = notebooks_in(assignment.name, assignment.notebooks, course.solutions(assignment.name))
    if given is None:
        raise CourseError(f"no solutions of {assignment.name}: run `autograder release {assignment.name}`")
    notebook = restore(assignment, given)
    positions = left_out(assignment, notebook)
    out = {grade_id(notebook.cells[index]) for index in positions}
    kept = tuple(
        f"{name} bears the tag, and is run: {_why(assignment, name)}"
        for name in sorted(assignment.not_for_marking - out)
    )
    yield Proof(f"cells tagged {NOT_FOR_MARKING} are left out", BOTH, f"{len(out)} cells", kept)
    needed = tuple(names_missing(notebook, positions))
    yield Proof("no cell that is run needs one that is left out", BOTH, f"{len(notebook.cells)} cells", needed)
    differences, whole = marked_both_ways(assignment, solved, level=level)
    faults = [f"the solution: {line}" for line in differences]
    differences, _ = marked_both_ways(assignment, released, level=level)
    faults += [f"the release: {line}" for line in differences]
    yield Proof("leaving cells out changes no mark", assignment.language, "the same with all cells", tuple(faults))
    raised = tuple(raising_cells(whole)) if whole is not None else ()
    yield Proof("no cell of the solution raises, also of those left out", assignment.language, "all run", raised)


def names_missing(notebook: nbformat.NotebookNode, out: Set[int]) -> Iterator[str]:
    """Yield a sentence for each provided cell that is run and uses names which only left-out cells bind.

    Such a cell ends with a NameError in each submission, and what it was to bind is missing as well.

    Args:
        notebook: The solution, with the provided cells as the instructor wrote them.
        out: The positions of the cells that are left out.
    """
    names = {index: names_of(cell) for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    # What `from … import *` binds cannot be told; a name that a cell binds on its own is not looked for there.
    bound = frozenset[str]().union(*(found.binds or () for index, found in names.items() if index not in out))
    for index, found in names.items():
        if index in out or not is_provided(notebook.cells[index]):
            continue
        for name in sorted(found.uses - bound):
            binds = [grade_id(notebook.cells[other]) for other in sorted(out) if name in (names[other].binds or ())]
            if binds:
                yield (
                    f"{grade_id(notebook.cells[index])} uses {name}, which is bound in {', '.join(binds)} only, and "
                    "that is left out: tag this cell too, or take the other tag away"
                )


def _why(assignment: Assignment, name: str) -> str:
    if name not in assignment.provided_code:
        return "only code cells that students get as they are can be left out (Read-only, Autograder tests)"
    return "a name that it binds occurs in the solution, or it only defines; take this tag away"


def marked_both_ways(
    assignment: Assignment, file: Path, level: Level
) -> tuple[list[str], nbformat.NotebookNode | None]:
    """Mark a submission with and without all its cells.

    Returns:
        The differences between the records, and the notebook of which all cells were run.
    """
    needed, _ = mark_file(assignment, file, level=level)
    whole, notebook = mark_file(assignment, file, level=level, all_cells=True)
    return mark_differences(needed, whole), notebook


def mark_differences(needed: Record, whole: Record) -> list[str]:
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
