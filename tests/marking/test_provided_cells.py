"""The instructor's cells as data answer as nbgrader's gradebook does."""

from __future__ import annotations

import msgspec
import pytest
from nbgrader.api import Gradebook, MissingEntry

from autograder.marking.provided_cells import ProvidedCells, cells_in_gradebook

NAME = "arithmetic"


@pytest.fixture
def gradebook(url):
    """nbgrader's own gradebook."""
    with Gradebook(url, "cs231n") as opened:
        yield opened


@pytest.fixture
def known(gradebook):
    """What it knows of the notebook, after it has travelled to a worker."""
    return msgspec.json.decode(msgspec.json.encode(cells_in_gradebook(gradebook, NAME, NAME)), type=ProvidedCells)


def test_each_cell_has_the_gradebooks_text_kind_and_points(known):
    cells = {cell.name: cell for cell in known.cells}
    assert (cells["double"].source, cells["double"].solution, cells["double"].grade) == (
        "def double(x): ...",
        True,
        False,
    )
    assert (cells["test_double"].locked, cells["test_double"].grade, cells["test_double"].max_score) == (True, True, 4)
    assert (cells["why"].cell_type, cells["why"].grade, cells["why"].solution) == ("markdown", True, True)
    assert known.kernelspec == '{"name": "python3"}'


def test_a_task_is_one_and_its_points_are_known(gradebook):
    gradebook.add_source_cell("task", "extra", NAME, cell_type="markdown", source="Draw.")
    (task,) = cells_in_gradebook(gradebook, NAME, "extra").cells
    assert (task.task, task.grade, task.max_score) == (True, False, 1)


def test_it_is_asked_as_the_gradebook_is(gradebook, known):
    theirs, ours = gradebook.find_notebook(NAME, NAME), known.find_notebook(NAME, NAME)
    for kind in ("source_cells", "grade_cells", "solution_cells", "task_cells"):
        assert sorted(cell.name for cell in getattr(ours, kind)) == sorted(cell.name for cell in getattr(theirs, kind))
    assert known.find_source_cell("why", NAME, NAME).source == gradebook.find_source_cell("why", NAME, NAME).source
    assert [cell.name for cell in known.graded] == [cell.name for cell in ours.grade_cells]


def test_a_cell_that_there_is_not_is_missing_as_in_the_gradebook(known):
    with pytest.raises(MissingEntry, match="no cell 'halve'"):
        known.find_graded_cell("halve", NAME, NAME)
