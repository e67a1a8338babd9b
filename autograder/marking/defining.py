"""Selects the cells that must be run so that a notebook's functions can be called, without training, plots and checks.

A kernel that is started for a few calls runs these alone. They are all cells of the student's own, and those provided
cells that bind a name which one of them uses. A provided cell is one whose text is the instructor's.
"""

from __future__ import annotations

import nbformat

from autograder.marking.cell_names import known_of
from autograder.marking.cell_selection import OWN_MAX


def defining_cells(notebook: nbformat.NotebookNode, *, by_name: bool = False) -> set[int]:
    """Return the positions of the cells that must be run so that functions of the notebook can be called.

    Args:
        notebook: The notebook.
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
