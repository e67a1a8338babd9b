"""A course with this kit's assignment, without the cells that only train and show: what is mangled is marked soon."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import nbformat

from autograder.assignment import Assignment
from autograder.course import KIT_ROOT, Course

NAME = "rnn_captioning"
SLOW = {"show_pictures", "train_small", "sample_small", "train_full", "caption_unseen"}
# The hand-in is right but for this, so that full marks by accident show.
MISTAKE = ("word_embedding_backward", "np.add.at(", "np.subtract.at(")
# And it calls a function of its author's own.
HELPER = ("rnn_step_forward", "np.tanh(both", "my_tanh(both")
HELPER_SOURCE = "def my_tanh(a):\n    return np.tanh(a)"


def grade_id(cell: nbformat.NotebookNode) -> str:
    """Return the name that nbgrader knows a cell by, nothing for other cells."""
    name: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name


def make_assignment(root: Path) -> Assignment:
    """Make the course below ``root``."""
    source = KIT_ROOT / "source" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) not in SLOW]
    course = Course(root)
    course.source(NAME).mkdir(parents=True)
    nbformat.write(notebook, course.source(NAME) / f"{NAME}.ipynb")
    shutil.copytree(KIT_ROOT / "solutions" / NAME, course.solutions(NAME))
    return Assignment(course, NAME)


def solved() -> nbformat.NotebookNode:
    """Return a hand-in with one mistake: as students save it, without the cells of `SLOW`."""
    notebook = nbformat.read(KIT_ROOT / "solutions" / NAME / f"{NAME}.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) not in SLOW]
    for name, right, written in (MISTAKE, HELPER):
        stub = named(notebook, name)
        if right not in stub.source:
            raise ValueError(f"the solution of {name} has changed: there is no {right!r} in it")
        stub.source = stub.source.replace(right, written)
    notebook.cells.insert(place(notebook, HELPER[0]), nbformat.v4.new_code_cell(HELPER_SOURCE, id="my-helper"))
    return notebook


def untouched() -> nbformat.NotebookNode:
    """Return what students get, without the cells of `SLOW`."""
    notebook = nbformat.read(KIT_ROOT / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) not in SLOW]
    return notebook


def named(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """Return the cell with a name."""
    return next(cell for cell in notebook.cells if grade_id(cell) == name)


def place(notebook: nbformat.NotebookNode, name: str) -> int:
    """Return where the cell with a name stands."""
    return next(at for at, cell in enumerate(notebook.cells) if grade_id(cell) == name)


def copy_of(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return another cell with the same text and metadata."""
    made = copy.deepcopy(cell)
    made["id"] = f"{cell.id}-copy"[:64]
    return made
