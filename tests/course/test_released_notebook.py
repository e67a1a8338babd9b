"""The source notebook as students get it."""

from __future__ import annotations

import copy

import nbformat
from nbgrader.preprocessors import ClearHiddenTests

from autograder.course.cells import cells_by_id
from autograder.course.released_notebook import NameStubs, as_students_get_them, released


def test_a_solution_is_replaced_by_a_line_that_names_the_problem(assignment):
    cells = cells_by_id(released(assignment))
    assert 'raise NotImplementedError("double: replace this line with your code")' in cells["double"].source
    assert "2 * x" not in cells["double"].source


def test_the_line_is_in_the_language_of_the_edition(tools, assignment):
    source = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    stub = tools.code("double", source, locked=False, solution=True)
    notebook = nbformat.v4.new_notebook(cells=[stub], metadata={"language": "zh-CN"})
    NameStubs.of(assignment).preprocess(notebook, {})
    assert 'raise NotImplementedError("double' in stub.source
    assert "replace this line" not in stub.source


def test_more_is_removed_only_where_that_is_asked(assignment):
    kept, cleared = (cells_by_id(released(assignment, *more)) for more in ((), (ClearHiddenTests(),)))
    assert "hidden_tests(" in kept["test_double"].source
    assert "hidden_tests(" not in cleared["test_double"].source


def test_students_get_no_solution_no_hidden_test_and_no_mark_scheme(assignment):
    text = "\n".join(cell.source for cell in as_students_get_them(assignment).cells)
    assert not [secret for secret in ("2 * x", "Because.", "hidden_tests(", "secret reason") if secret in text]
    assert "visible check of double" in text


def test_what_students_get_is_made_once_and_leaves_the_source_as_it_was(assignment):
    before = copy.deepcopy(assignment.notebook)
    assert as_students_get_them(assignment) is as_students_get_them(assignment)
    assert assignment.notebook == before


def test_where_no_hidden_tests_stand_behind_it_the_line_is_that_of_nbgrader(assignment):
    assignment._in_kernel = ["double"]
    cells = cells_by_id(released(assignment))
    assert cells["double"].source.endswith("# YOUR CODE HERE\n    raise NotImplementedError()")
    assert "halve: replace this line" in cells["halve"].source
