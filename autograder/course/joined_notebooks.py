"""Joins the notebooks of one assignment to one that is marked, recorded and shown, and splits that again.

A cell of a notebook that is not called like its assignment is known as ``<notebook>.<grade_id>``, so that two notebooks
may have cells of one name. Each notebook begins with a heading of its own (`begins`), where a kernel starts anew.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

from autograder.course.cells import grade_id

SEPARATOR = "."


def cell_name(assignment: str, notebook: str, name: str) -> str:
    """Return the name of a notebook's cell among all cells of its assignment, by its ``grade_id``."""
    return name if notebook == assignment else f"{notebook}{SEPARATOR}{name}"


def begins(cell: nbformat.NotebookNode) -> str:
    """Return the name of the notebook that begins with a cell of a joined one; an empty text for other cells."""
    notebook, separator, name = grade_id(cell).rpartition(SEPARATOR)
    return notebook if separator and not name else ""


def join(assignment: str, notebooks: Mapping[str, nbformat.NotebookNode]) -> nbformat.NotebookNode:
    """Return the notebooks of an assignment as one; a single one that is called like it stays what it is.

    Args:
        assignment: nbgrader's name of the assignment.
        notebooks: Its notebooks, by name and in order.
    """
    if list(notebooks) == [assignment]:
        return notebooks[assignment]
    cells, ids = [], set[str]()
    for notebook, content in notebooks.items():
        cells.append(_heading(notebook))
        for cell in content.cells:
            # nbgrader's names have no such sign, but a student can write any: none begins a notebook.
            made = _renamed(cell, cell_name(assignment, notebook, grade_id(cell).replace(SEPARATOR, "")))
            # Copied notebooks have the ids of the one that they were copied from, and pages use them as anchors.
            if made.get("id") in ids:
                made.id = _id(notebook, made.id)
            ids.add(made.get("id", ""))
            cells.append(made)
    joined: nbformat.NotebookNode = nbformat.from_dict({**next(iter(notebooks.values())), "cells": cells})
    return joined


def split(assignment: str, joined: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    """Return the notebooks of which one was joined, by name; cells before the first heading belong to the first."""
    if not any(map(begins, joined.cells)):
        return {assignment: joined}
    cells: dict[str, list[nbformat.NotebookNode]] = {}
    into: list[nbformat.NotebookNode] = []
    for cell in joined.cells:
        if notebook := begins(cell):
            into = cells.setdefault(notebook, [] if cells else into)
        else:
            into.append(as_in_its_notebook(cell))
    return {name: nbformat.from_dict({**joined, "cells": found}) for name, found in cells.items()}


def as_in_its_notebook(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a cell with the name that it has in its own notebook, of which nbgrader's checksums are made."""
    return _renamed(cell, grade_id(cell).rpartition(SEPARATOR)[2])


def notebooks_in(assignment: str, notebooks: Sequence[str], folder: Path) -> nbformat.NotebookNode | None:
    """Return the notebooks of an assignment in a folder, joined; None where there is none of them.

    Args:
        assignment: nbgrader's name of the assignment.
        notebooks: The names of its notebooks, in order.
        folder: A release, the solutions, or a marked submission.
    """
    files = {name: folder / f"{name}.ipynb" for name in notebooks}
    found = {name: nbformat.read(file, as_version=4) for name, file in files.items() if file.is_file()}
    return join(assignment, found) if found else None


def _renamed(cell: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """Return a cell under another name, if it has one at all."""
    metadata = copy.deepcopy(cell.metadata)
    if grade_id(cell):
        metadata.nbgrader.grade_id = name
    return nbformat.NotebookNode({**cell, "metadata": metadata})


def _heading(notebook: str) -> nbformat.NotebookNode:
    meta = {"grade_id": f"{notebook}{SEPARATOR}", "grade": False, "locked": True, "solution": False, "task": False}
    cell: nbformat.NotebookNode = nbformat.v4.new_markdown_cell(f"# {notebook}", id=_id(notebook, ""))
    cell.metadata["nbgrader"] = nbformat.from_dict({**meta, "schema_version": 3})
    return cell


def _id(notebook: str, cell: str) -> str:
    return hashlib.sha256(f"{notebook}/{cell}".encode()).hexdigest()[:16]
