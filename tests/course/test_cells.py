"""Cells are told by the names that nbgrader gives them."""

from __future__ import annotations

import nbformat

from autograder.course.cells import cells_by_id, grade_id


def test_cells_are_named_in_the_notebooks_order(assignment):
    assert list(cells_by_id(assignment.notebook)) == ["setup", "double", "test_double", "halve", "test_halve", "why"]


def test_cells_that_nbgrader_does_not_know_have_no_name():
    cell = nbformat.v4.new_code_cell("x")
    assert grade_id(cell) == ""
    assert cells_by_id(nbformat.v4.new_notebook(cells=[cell])) == {}
    cell.metadata["nbgrader"] = {"locked": True}
    assert grade_id(cell) == ""
