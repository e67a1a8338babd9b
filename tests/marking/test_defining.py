"""A kernel that is started for a few calls runs what defines functions, nothing that only trains, plots or checks."""

from __future__ import annotations

import nbformat
import pytest

from autograder.course.paths import KIT_ROOT
from autograder.marking.defining import defining_cells
from tests.support.course import code


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


def own(source):
    return nbformat.v4.new_code_cell(source)


SETUP, DATA = code("setup", "import os\nos.getcwd()\nimport numpy as np"), code("data", "data = load(raw)")
RAW = code("raw", "raw = open('raw')")
CHECK = code("check", "x = np.ones(3)\nassert f(x) == 3", grade=True, points=1)


def test_of_the_kits_own_notebook_set_up_tools_and_students_cells_are_kept():
    solved = nbformat.read(KIT_ROOT / "solutions/rnn_captioning/rnn_captioning.ipynb", as_version=4)
    kept = {solved.cells[index].metadata.nbgrader.grade_id for index in defining_cells(solved)}
    stubs = {cell.metadata.nbgrader.grade_id for cell in solved.cells
             if cell.cell_type == "code" and cell.metadata.nbgrader.solution}  # fmt: skip
    assert kept == {"setup", "tools", *stubs}


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("def f(x):\n    return np.sum(x)", {0, 4}),
        ("def f(x):\n    return data[x]", {1, 2, 4}),  # data needs raw
        ("def f(x, data=1):\n    data = np.ones(1)\n    return data", {0, 4}),
        ("class A:\n    def f(self):\n        return [data for _ in 'a']", {1, 2, 4}),
        ("print(data)\n%time f = 1", {0, 1, 2, 3, 4}),  # a magic may run anything
        ("def f(x):\n    return globals()[x]", {0, 1, 2, 3, 4}),
        ("def f(x:\n    data", {4}),  # does nothing
        ("", {4}),
    ],
)
def test_provided_cells_are_kept_whose_names_students_code_uses(source, kept):
    assert defining_cells(notebook(SETUP, RAW, DATA, CHECK, own(source))) == kept


def test_a_check_is_kept_when_a_function_reads_a_name_that_it_binds():
    assert 1 in defining_cells(notebook(own("def f():\n    return x"), CHECK))
