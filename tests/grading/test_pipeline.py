"""nbgrader's steps without its gradebook and without files."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbgrader.preprocessors import (
    AssignLatePenalties,
    DeduplicateIds,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from nbgrader.utils import compute_checksum
from traitlets.config import Config

from autograder.grading.pipeline import Pipeline, comments, notebook_bytes
from autograder.marking.provided_cells import ProvidedCells
from autograder.marking.restore import PutBackCells
from autograder.nbgrader_plugins.mark_cells import MarkCells

# All that the steps ask of an assignment before they are run.
ASSIGNMENT: Any = SimpleNamespace(name="arithmetic")
ASSIGNMENT.parts = {"arithmetic": ASSIGNMENT}


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture
def stub(tools):
    """A stub as the student got it."""
    cell = tools.code("double", "def double(x): ...", locked=False, solution=True)
    cell.metadata.nbgrader.checksum = compute_checksum(cell)
    return cell


def test_a_stub_that_was_left_as_it_was_has_no_response(stub):
    assert comments(ASSIGNMENT.name, notebook(stub)) == {"double": "No response."}
    stub.source = "def double(x): return x"
    assert comments(ASSIGNMENT.name, notebook(stub)) == {"double": None}


def test_only_cells_that_students_write_in_have_a_comment_and_a_task_never_says_no_response(tools):
    task = tools.code("draw", "Draw.", task=True)
    task.metadata.nbgrader.checksum = compute_checksum(task)
    provided = tools.code("setup", "import numpy as np")
    assert comments(ASSIGNMENT.name, notebook(provided, task, nbformat.v4.new_markdown_cell("mine"))) == {"draw": None}


def test_a_notebook_is_written_with_one_newline_at_the_end_and_reads_back(stub):
    data = notebook_bytes(notebook(stub))
    assert (data[-1:], data[-2:-1]) == (b"\n", b"}")
    assert nbformat.reads(data.decode(), as_version=4).cells[0].source == stub.source


def test_steps_that_mark_or_write_to_the_gradebook_are_left_out():
    config = Config()
    config.Autograde.sanitize_preprocessors = [OverwriteKernelspec, OverwriteCells, DeduplicateIds]
    config.Autograde.autograde_preprocessors = [MarkCells, SaveAutoGrades, AssignLatePenalties, DeduplicateIds]
    made = Pipeline(ASSIGNMENT, config, ProvidedCells((), '{"name": "python3"}'))
    assert [type(step) for step in made._sanitising["arithmetic"]] == [PutBackCells, DeduplicateIds]
    assert [type(step) for step in made._marking] == [DeduplicateIds]
    assert made.sanitise(notebook(), "ada").metadata.kernelspec == {"name": "python3"}
