"""Selects the cells of a submission that are run: when it is marked, and in a kernel that is started for a few calls.

One rule for each. When a submission is marked, a provided cell that the instructor tags is not run, unless a name that
it binds occurs in code of the student's own (`left_out`). A kernel for a few calls runs the student's own cells,
provided cells of definitions, and those that bind a name which these use (`defining_cells`).

A provided cell is one whose text is the instructor's. The rule for tagged cells is written in what_is_marked.html. A
function that behaves differently because a training did not run before it is marked as it behaves then; `autograder
verify` compares the marks of solution and release with all cells and without.
"""

from __future__ import annotations

from collections.abc import Iterable

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.cell_names import CellNames, names_in
from autograder.course.cells import grade_id
from autograder.submissions.module_notebook import LOAD

# Module files have names of their own, and see none of the notebook's.
LOADS = CellNames(frozenset(), frozenset(), only_defines=True)


def left_out(assignment: Assignment, notebook: nbformat.NotebookNode, modules: Iterable[str] = ()) -> frozenset[int]:
    """Return the positions of the cells that are left out; only the visible part of check cells is.

    Args:
        assignment: The assignment, in the submission's language.
        notebook: The submission, with the provided cells as the instructor wrote them.
        modules: Texts of module files that its cells import.
    """
    code = {index: cell for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    provided = {index for index, cell in code.items() if is_as_provided(assignment, cell)}
    out = {index: names_of(code[index]) for index in provided if grade_id(code[index]) in assignment.not_for_marking}
    own = [*(names_of(cell) for index, cell in code.items() if index not in provided), *map(names_in, modules)]
    # Definitions take no time.
    back = [index for index, names in out.items() if names.binds is None or names.only_defines]
    # A cell that is run may use what another tagged one binds.
    while True:
        own += [out.pop(index) for index in back]
        occurring = frozenset[str]().union(*(names.uses | (names.binds or frozenset()) for names in own))
        back = [index for index, names in out.items() if names.binds is not None and names.binds & occurring]
        if not back:
            return frozenset(out)


def defining_cells(notebook: nbformat.NotebookNode) -> set[int]:
    """Return the positions of the cells that must be run so that functions of the notebook can be called.

    Args:
        notebook: A submission whose provided cells have been put back.
    """
    code = {index: cell for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    names = {index: names_of(cell) for index, cell in code.items()}
    kept = {index for index, cell in code.items() if not is_provided(cell) or names[index].only_defines}
    # What a cell that is kept uses may be bound by another one, which uses names in turn.
    while True:
        used = frozenset[str]().union(*(names[index].uses for index in kept))
        more = {index for index in set(code) - kept if (binds := names[index].binds) is None or binds & used}
        if not more:
            return kept
        kept |= more


def names_of(cell: nbformat.NotebookNode) -> CellNames:
    """Return the names in a code cell."""
    return LOADS if cell.source.startswith(LOAD) else names_in(cell.source)


def is_as_provided(assignment: Assignment, cell: nbformat.NotebookNode) -> bool:
    """Return whether a cell's text is the instructor's, except for comments before it.

    nbgrader writes such a comment when it has put a cell back.
    """
    text = assignment.provided_code.get(grade_id(cell))
    if text is None or not cell.source.endswith(text):
        return False
    before = cell.source.removesuffix(text).splitlines()
    return all(not line.strip() or line.startswith("#") for line in before)


def is_provided(cell: nbformat.NotebookNode) -> bool:
    """Return whether a cell's text is the instructor's, put back before marking."""
    meta = cell.metadata.get("nbgrader", {})
    # A check may not be changed, whatever its metadata say: nbgrader has it so.
    return bool(meta.get("locked") or meta.get("grade")) and not meta.get("solution")
