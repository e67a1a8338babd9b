"""The tiny assignment with tagged cells: a training, what shows it, and the visible check of one problem."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import nbformat

from autograder.course.assignment import NOT_FOR_MARKING, Assignment
from autograder.course.cells import grade_id
from tests.support.course import code

TRAINING = code("train", "trained = double(np.ones(2))\nprint('trained')")
SHOWN = code("show", "print('shows', trained)")


def with_tags(made: Assignment, tagged: tuple[str, ...] = ("train", "show", "test_double")) -> Assignment:
    """Put the cells into an assignment's source notebook, tag some, and return the assignment as it is now."""
    notebook = nbformat.read(made.notebook_file, as_version=4)
    put_in(notebook)
    for cell in notebook.cells:
        if grade_id(cell) in tagged:
            cell.metadata["tags"] = [NOT_FOR_MARKING]
    nbformat.write(notebook, made.notebook_file)
    return Assignment(made.course, made.name)


def put_in(notebook: nbformat.NotebookNode) -> None:
    """Put the cells between the first function and its check."""
    place = 1 + next(index for index, cell in enumerate(notebook.cells) if grade_id(cell) == "double")
    notebook.cells[place:place] = map(nbformat.from_dict, copy.deepcopy([TRAINING, SHOWN]))


def handed_in(
    made: Assignment, language: str = "en", edit: Callable[[nbformat.NotebookNode], object] = lambda _notebook: None
) -> Path:
    """Make a hand-in of the solution, with a tag that a student has set, and return its file."""
    file = made.course.solutions(made.name, language) / f"{made.name}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[2].metadata["tags"] = [NOT_FOR_MARKING]
    put_in(notebook)
    edit(notebook)
    target = made.course.classroom / "handed_in" / f"{made.name}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)
    return target
