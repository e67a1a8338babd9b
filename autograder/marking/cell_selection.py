"""Selects the cells of a submission that are run: when it is marked, and in a kernel that is started for a few calls.

`left_out` names the cells that no points depend on. The instructor tags provided cells of the source notebook that take
time and that nothing graded needs, such as a training on the whole data set. A tagged cell is left out when its text is
the instructor's and no cell that is run needs a name that it binds. Of a tagged check cell, only the visible part is
left out.

A cell can also affect later ones in these ways, and none of them changes a mark:

- Random numbers: each hidden test finds NumPy's and Python's global generators in the same state
  (`autograder.kernel.randomness`), whatever was drawn before.
- It calls students' functions. Where these may keep something from call to call (global variables, elements of what
  is global, mutable defaults), or may ask what was run before (`globals`, the history), all cells are run.
- It changes what other cells have made, by calling something with it: that is the instructor's own text, and
  `autograder verify` compares the marks of solution and release with all cells and without.

`defining_cells` names the cells without which functions cannot be called: all cells of the student's own, and those
provided cells that bind a name which one of them uses. Training, plots and checks are not among them. A provided cell
is one whose text is the instructor's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import nbformat

from autograder.course.assignment import Assignment
from autograder.marking.cell_names import ALL, Cell, known_of

# Characters of a student's own code. Where there are more, nobody examines them, and all cells are run.
OWN_MAX = 100_000


def left_out(assignment: Assignment, notebook: nbformat.NotebookNode, modules: Iterable[str] = ()) -> frozenset[int]:
    """Return the positions of the cells that are left out; only the visible part of check cells is.

    Args:
        assignment: The assignment, in the submission's language.
        notebook: The submission, with the provided cells as the instructor wrote them.
        modules: Texts of module files that its cells import.
    """
    code = {index: cell for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    provided = {index for index, cell in code.items() if is_as_provided(assignment, cell)}
    tagged = {index for index in provided if grade_id(code[index]) in assignment.not_for_marking}
    if not tagged:
        return frozenset()
    texts = [cell.source for index, cell in code.items() if index not in provided]
    modules = list(modules)
    # This runs in the process that marks: its time is bounded by the length of what it reads.
    if sum(map(len, [*texts, *modules])) > OWN_MAX:
        return frozenset()
    own = list(map(known_of, texts))
    if may_tell([*own, *map(known_of, modules)]):
        return frozenset()
    known = {index: known_of(code[index].source) for index in provided}
    # A function of the student's own may be called after another cell has bound the same name.
    uses = {name for cell in own for name in cell.uses}
    # Definitions cost no time, so leaving them out would only be a risk.
    out = {index for index in tagged if tells_what_it_binds(known[index]) and not known[index].only_defines}
    # A cell that comes back in may need what another one binds: until nothing changes.
    while True:
        others = [known[index] for index in provided - out]
        if any(cell.reads_any for cell in others):
            return frozenset()
        # Of the instructor's cells only what they read before they bind it; of the student's, all that they read.
        needed = uses.union(*(cell.needs for cell in others))
        more = {index for index in out if known[index].binds & needed}
        if not more:
            return frozenset(out)
        out -= more


def tells_what_it_binds(cell: Cell) -> bool:
    """Return whether a cell binds only names that its text shows."""
    return ALL not in cell.binds and not cell.reads_any


def may_tell(own: Collection[Cell]) -> bool:
    """Return whether a student's code may find out which cells were run, or act on how often it was called."""
    data = {name for cell in own for name in cell.data}
    # Data at top level counts across cells: one cell makes a list, a function in another one appends to it.
    return any(cell.reads_any or cell.keeps or cell.inner & data for cell in own)


def grade_id(cell: nbformat.NotebookNode) -> str:
    """Return the name by which nbgrader knows a cell; an empty text for other cells."""
    name: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name


def is_as_provided(assignment: Assignment, cell: nbformat.NotebookNode) -> bool:
    """Return whether a cell's text is the instructor's, except for comments before it.

    nbgrader writes such a comment when it has put a cell back.
    """
    text = assignment.provided.get(grade_id(cell))
    if text is None or not cell.source.endswith(text):
        return False
    before = cell.source.removesuffix(text).splitlines()
    return all(not line.strip() or line.startswith("#") for line in before)


def defining_cells(notebook: nbformat.NotebookNode, *, by_name: bool = False) -> set[int]:
    """Return the positions of the cells that must be run so that functions of the notebook can be called.

    Args:
        notebook: A submission whose provided cells have been put back.
        by_name: Whether code that may read any name is taken to read only those that it names. Then a student's
            ``globals()`` keeps no slow cell in; otherwise it keeps all cells in.
    """
    code = {index: cell for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    # As in `left_out`: code that is too long to be examined needs everything.
    if sum(len(cell.source) for cell in code.values() if not is_provided(cell)) > OWN_MAX:
        return set(code)
    known = {index: known_of(cell.source) for index, cell in code.items()}
    kept = {index for index, cell in code.items() if not is_provided(cell) or known[index].only_defines}
    if not by_name and any(known[index].reads_any for index in kept):
        return set(code)
    # What a cell that is kept uses may be bound by another one, which uses names in turn.
    while more := {
        index for index in set(code) - kept if known[index].binds & {name for one in kept for name in known[one].uses}
    }:
        kept |= more
    return kept


def is_provided(cell: nbformat.NotebookNode) -> bool:
    """Return whether a cell's text is the instructor's, put back before marking."""
    meta = cell.metadata.get("nbgrader", {})
    return bool(meta.get("locked")) and not meta.get("solution")
