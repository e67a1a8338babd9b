"""Which cells of a notebook must be run so that its functions can be called: not those that only train, plot or check.

A kernel that is started for a few calls runs these alone. All cells of the student's own are among them; of the
provided ones, whose text is the instructor's, those that bind a name which these use.
"""

from __future__ import annotations

import nbformat

from autograder.marking.cell_names import known_of
from autograder.marking.cell_selection import OWN_MAX


def defining_cells(notebook: nbformat.NotebookNode, *, by_name: bool = False) -> set[int]:
    """Return the positions of the cells that must be run so that functions of the notebook can be called.

    Args:
        notebook: The notebook.
        by_name: Whether code that may read any name is taken to read only those that it names.
    """
    code = {index: cell for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    if sum(len(cell.source) for cell in code.values() if not is_provided(cell)) > OWN_MAX:
        return set(code)
    known = {index: known_of(cell.source) for index, cell in code.items()}
    kept = {index for index, cell in code.items() if not is_provided(cell) or known[index].only_defines}
    if not by_name and any(known[index].reads_any for index in kept):
        return set(code)
    while more := {
        index for index in set(code) - kept if known[index].binds & {name for one in kept for name in known[one].uses}
    }:
        kept |= more
    return kept


def is_provided(cell: nbformat.NotebookNode) -> bool:
    """Return whether a cell's text is the instructor's, put back before marking."""
    meta = cell.metadata.get("nbgrader", {})
    return bool(meta.get("locked")) and not meta.get("solution")
