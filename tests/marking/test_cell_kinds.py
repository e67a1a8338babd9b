"""A cell's kind says how long it may take, and whether anything depends on it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from autograder.marking.cell_kinds import CellKinds
from autograder.submissions.module_notebook import LOAD
from tests.support.course import code

SETUP, DATA, TRAIN, FUNCTION, CHECK, OTHER, MODULES = range(7)
CELLS = [
    code("setup", "import numpy as np"),
    code("data", "data = load()"),
    code("train", "model = train(data)"),
    nbformat.v4.new_code_cell("def f(x):\n    return np.sum(data[x])"),
    code("test_f", "assert f(1) == 3", grade=True),
    code("test_g", "assert g(1) == 3", grade=True),
    nbformat.v4.new_code_cell(f"{LOAD}.load('plan', 'file', globals())"),
]


def kinds(*more, tagged=("data", "train")):
    assignment: Any = SimpleNamespace(
        not_for_marking=frozenset(tagged),
        problem_of_check=lambda name: SimpleNamespace(id="f") if name == "test_f" else None,
    )
    cells = [*CELLS, *map(nbformat.v4.new_code_cell, more)]
    return CellKinds(assignment, nbformat.v4.new_notebook(cells=cells))


def test_a_check_is_known_by_the_problem_that_it_checks():
    assert [index for index in range(len(CELLS)) if kinds().checks(index)] == [CHECK]
    assert kinds().checks(CHECK) == "f"


def test_a_cell_with_a_checks_name_that_carries_no_points_is_no_check():
    cell = code("test_f", "1")
    assignment: Any = SimpleNamespace(problem_of_check=pytest.fail)
    found = CellKinds(assignment, nbformat.v4.new_notebook(cells=[cell]))
    assert found.checks(0) is None


def test_imports_functions_and_module_files_only_define():
    assert [index for index in range(len(CELLS)) if kinds().only_defines(index)] == [SETUP, FUNCTION, MODULES]


def test_what_the_instructor_wrote_or_only_defines_leaves_nothing_running():
    found = kinds("start_thread()")
    assert [index for index in range(len(CELLS) + 1) if not found.harmless(index)] == [len(CELLS)]


def test_for_calls_the_cells_are_needed_that_functions_use():
    assert kinds().needed == {SETUP, DATA, FUNCTION, MODULES}


def test_a_tagged_cell_takes_time_unless_another_uses_what_it_binds():
    found = kinds()
    assert [index for index in range(len(CELLS)) if found.takes_time(index)] == [TRAIN]
    assert not kinds("print(model)").takes_time(TRAIN)
    assert not kinds(tagged=()).takes_time(TRAIN)
