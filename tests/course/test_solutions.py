"""The solved forms of cells and of module files."""

from __future__ import annotations

import ast

import nbformat
import pytest

from autograder.course.assignment import ModuleFile
from autograder.course.solutions import (
    SourceError,
    module_files,
    solve,
    solved_functions,
    solved_source,
    with_functions,
    with_methods,
)

CELL = '''import numpy as np

@method_of(Model)
def loss(self, x):
    """Return it."""
    ### BEGIN SOLUTION
    text = """two
lines"""
    return len(text)
    ### END SOLUTION


def helper():
    return 1
'''

PROVIDED = '''"""A module."""


class Other:
    def loss(self):
        return "other"


class Model:
    """A model."""

    def __init__(self):
        self.x = 1

    @property
    def loss(self):
        """To be written."""
        raise NotImplementedError

    def last(self):
        return "last"
'''
ENTRY = ModuleFile("cs231n/model.py", ("loss",), "Model")


def test_a_solved_cell_has_the_solution_without_its_delimiters():
    text = solved_source(CELL)
    assert "SOLUTION" not in text
    assert 'text = """two\nlines"""' in text


def test_functions_come_without_decorators_and_each_by_itself():
    functions = solved_functions(CELL)
    defined = [[getattr(node, "name", "") for node in ast.parse(text).body] for text in functions]
    assert defined == [["loss"], ["helper"]]
    assert functions[0].startswith("def loss(self, x):")


def test_functions_stand_behind_what_a_file_provides():
    assert with_functions('"""A module."""\n\n', ["def f():\n    pass"]) == '"""A module."""\n\n\ndef f():\n    pass\n'


def test_a_method_takes_the_place_of_the_declared_one_with_its_decorators():
    names: dict = {}
    text = with_methods(ENTRY, PROVIDED, ["def loss(self):\n    return self.x + 1"])
    exec(text, names)
    assert names["Model"]().loss() == 2
    assert names["Model"]().last() == "last"
    assert names["Other"]().loss() == "other"
    assert "NotImplementedError" not in text


def test_a_method_that_the_class_does_not_declare_is_named():
    with pytest.raises(SourceError, match=r"cs231n/model\.py declares no method sample in a class Model"):
        with_methods(ENTRY, PROVIDED, ["def sample(self):\n    pass"])


def test_module_files_hold_the_kits_own_text_and_the_solutions(assignment):
    ((name, text),) = module_files(assignment, assignment.notebook).items()
    assert name == "cs231n/rnn_layers.py"
    assert "def temporal_affine_forward(" in text
    assert text.index("def double(") < text.index("def halve(")
    assert "return 2 * x" in text


def test_a_missing_stub_cell_is_named(assignment):
    assignment.notebook.cells = [cell for cell in assignment.notebook.cells if cell.id != "halve"]
    with pytest.raises(SourceError, match=r"has no cell 'halve', which cs231n/rnn_layers\.py is made of"):
        module_files(assignment, assignment.notebook)


def test_only_solution_cells_are_solved():
    stub = nbformat.v4.new_code_cell(
        "### BEGIN SOLUTION\n1\n### END SOLUTION", metadata={"nbgrader": {"solution": True}}
    )
    other = nbformat.v4.new_code_cell("### BEGIN SOLUTION\n1\n### END SOLUTION")
    notebook = nbformat.v4.new_notebook(cells=[stub, other])
    solve(notebook)
    assert notebook.cells[0].source == "1"
    assert "BEGIN" in notebook.cells[1].source
