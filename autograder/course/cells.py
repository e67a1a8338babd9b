"""Tells by which name nbgrader knows a notebook's cells, and which problem a graded cell is of."""

from __future__ import annotations

import nbformat

CHECK_PREFIX = "test_"


def grade_id(cell: nbformat.NotebookNode) -> str:
    """Return the name by which nbgrader knows a cell; an empty text for other cells."""
    name: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name


def problem_name(cell_name: str) -> str:
    """Return the problem that a graded cell is of: its checks are in test_<problem>, a question has its own name.

    A cell of one of several notebooks has the notebook's name before it; see `autograder.course.joined_notebooks`.
    """
    notebook, separator, name = cell_name.rpartition(".")
    return notebook + separator + name.removeprefix(CHECK_PREFIX)


def cells_by_id(notebook: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    """Return the cells of a notebook that nbgrader knows, by ``grade_id`` and in order."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def lock_checks(notebook: nbformat.NotebookNode) -> None:
    """Say of each check cell that students may not change it, as nbgrader takes it to be whatever it is told."""
    for cell in cells_by_id(notebook).values():
        meta = cell.metadata.nbgrader
        meta["locked"] = bool(meta.get("locked") or meta.get("grade")) and not meta.get("solution")
