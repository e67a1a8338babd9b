"""A course with this kit's assignment and short trainings: what is mangled is marked soon, with all cells as well."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT

NAME = "rnn_captioning"
SHORTER = {"train_small": ("num_epochs=50", "num_epochs=1"), "train_full": ("num_epochs=3", "num_epochs=1")}
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
    shorten(notebook)
    course = Course(root)
    course.source(NAME).mkdir(parents=True)
    nbformat.write(notebook, course.source(NAME) / f"{NAME}.ipynb")
    shutil.copytree(KIT_ROOT / "solutions" / NAME, course.solutions(NAME))
    return Assignment(course, NAME)


def shorten(notebook: nbformat.NotebookNode) -> None:
    """Make trainings short, in place."""
    for name, (written, shorter) in SHORTER.items():
        replace(notebook, name, written, shorter)


def replace(notebook: nbformat.NotebookNode, name: str, old: str, new: str) -> None:
    """Replace a piece of a cell's text."""
    cell = named(notebook, name)
    if old not in cell.source:
        raise ValueError(f"the cell {name} has changed: there is no {old!r} in it")
    cell.source = cell.source.replace(old, new)


def solved() -> nbformat.NotebookNode:
    """Return a hand-in with one mistake, as students save it."""
    notebook = nbformat.read(KIT_ROOT / "solutions" / NAME / f"{NAME}.ipynb", as_version=4)
    shorten(notebook)
    for name, right, written in (MISTAKE, HELPER):
        replace(notebook, name, right, written)
    notebook.cells.insert(place(notebook, HELPER[0]), nbformat.v4.new_code_cell(HELPER_SOURCE, id="my-helper"))
    return notebook


def untouched() -> nbformat.NotebookNode:
    """Return what students get."""
    notebook = nbformat.read(KIT_ROOT / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    shorten(notebook)
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
