"""Cells are found by what is in them; what the author wrote is never lost, and what was mended is told."""

from __future__ import annotations

import json
from collections.abc import Callable

import nbformat
import pytest

from autograder.course.assignment import Assignment
from autograder.submissions.checks import Rejected
from autograder.submissions.repair import additions, mend

DOUBLE = "def double(x):\n    return 2 * x"
HALVE = "def halve(x):\n    return x / 2, None"


@pytest.fixture
def mended(assignment: Assignment, hand_in) -> Callable[..., tuple[list[str], dict[str, str], list[str]]]:
    """Return a function that edits a hand-in and returns its names in order, the cells by name, and the sentences."""

    def run(edit=lambda _notebook: None):
        made = mend(assignment, "ada.ipynb", hand_in(DOUBLE, HALVE, edit=edit).read_bytes())
        nbformat.validate(made.notebook)
        names = [cell.metadata.get("nbgrader", {}).get("grade_id", cell.source[:20]) for cell in made.notebook.cells]
        texts = {name: cell.source for name, cell in zip(names, made.notebook.cells, strict=True)}
        return names, texts, [*map(str, made.sentences)]

    return run


ORDER = ["# Arithmetic", "setup", "double", "test_double", "halve", "test_halve", "why", "### How it is marked"]


def test_an_honest_hand_in_is_left_as_it_is_and_nothing_is_said(mended):
    names, texts, sentences = mended()
    assert names[:7] == ORDER[:7]
    assert (texts["double"], texts["halve"], sentences) == (DOUBLE, HALVE, [])


def strip(notebook):
    for cell in notebook.cells:
        cell.metadata = {}


def swap(notebook):
    first, second = (cell for cell in notebook.cells if cell.source in (DOUBLE, HALVE))
    first.metadata, second.metadata = second.metadata, first.metadata


def swap_with_check(notebook):
    stub = next(cell for cell in notebook.cells if cell.source == DOUBLE)
    check = next(cell for cell in notebook.cells if "visible check of halve" in cell.source)
    stub.metadata, check.metadata = check.metadata, stub.metadata


def same_name_for_all(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = "test_double"


def rubbish(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.metadata["nbgrader"] = [None, [], "x", {"grade_id": 7}, {"grade": 1}][number % 5]


@pytest.mark.parametrize("edit", [strip, swap, swap_with_check, same_name_for_all, rubbish], ids=lambda f: f.__name__)
def test_lost_swapped_and_doubled_names_are_told_by_what_is_in_the_cells(mended, edit):
    names, texts, sentences = mended(edit)
    assert names[:7] == ORDER[:7]
    assert (texts["double"], texts["halve"]) == (DOUBLE, HALVE)
    assert "told by what is in" in sentences[0]
    assert "Work in the notebook that was released" in sentences[0]


def test_code_under_the_name_of_a_provided_cell_is_not_overwritten(mended, tools):
    def edit(notebook):
        tools.cell_named(
            notebook, "test_double"
        ).source = "my_table = {1: 'one'}\nfor key, word in my_table.items(): plot(word)"

    names, texts, sentences = mended(edit)
    assert "my_table = {1: 'one'" in names
    assert "visible check of double" in texts["test_double"]
    assert "The provided cell test_double was missing; it was put back. Delete no provided cells." in sentences


def test_a_function_split_in_the_middle_is_joined(mended, tools):
    def edit(notebook):
        cell = tools.cell_named(notebook, "double")
        cell.source, tail = "def double(x):\n    y = x", "    y = 2 * y\n    return y"
        notebook.cells.insert(notebook.cells.index(cell) + 1, nbformat.v4.new_code_cell(tail))

    names, texts, sentences = mended(edit)
    assert texts["double"] == "def double(x):\n    y = x\n    y = 2 * y\n    return y"
    assert names[:7] == ORDER[:7]
    assert "Cell 3 had been split within a function" in sentences[0]


def test_a_helper_that_is_indented_is_not_taken_into_the_function_above_it(mended, tools):
    def edit(notebook):
        at = notebook.cells.index(tools.cell_named(notebook, "double"))
        notebook.cells.insert(at + 1, nbformat.v4.new_code_cell("    def helper():\n        return 1"))

    names, texts, sentences = mended(edit)
    assert (texts["double"], sentences) == (DOUBLE, [])
    assert "    def helper():\n  " in names


def test_an_untouched_copy_of_a_stub_does_not_undo_the_work(mended):
    def edit(notebook):
        notebook.cells.append(nbformat.v4.new_code_cell("def double(x):\n    raise NotImplementedError('double: ...')"))

    _, texts, sentences = mended(edit)
    assert texts["double"] == DOUBLE
    assert "An untouched copy of the stub double stood behind your own code" in sentences[0]


def test_of_two_ways_to_define_the_last_counts_and_its_check_follows_it(mended):
    def edit(notebook):
        notebook.cells.append(nbformat.v4.new_code_cell("def double(x): return x + x"))

    names, texts, sentences = mended(edit)
    assert texts["double"] == "def double(x): return x + x"
    assert names.index("test_double") > names.index("double")
    assert any("double is defined in different ways in cells 3, 9; the last one counts" in one for one in sentences)


def test_what_does_not_run_is_no_definition(mended):
    def edit(notebook):
        notebook.cells.append(nbformat.v4.new_code_cell("def double(x:\n  not python"))

    names, texts, sentences = mended(edit)
    assert (names[:7], texts["double"], sentences) == (ORDER[:7], DOUBLE, [])


def test_a_stub_that_does_not_run_keeps_its_place(mended, tools):
    def edit(notebook):
        tools.cell_named(notebook, "double").source = "def double(x:\n  not python"

    names, texts, _ = mended(edit)
    assert (names[:7], texts["double"]) == (ORDER[:7], "def double(x:\n  not python")


def test_definitions_added_to_a_provided_cell_are_kept(mended, tools):
    def edit(notebook):
        tools.cell_named(notebook, "setup").source = "import numpy as np\nimport math\ndef helper(): return math.pi"

    names, _, sentences = mended(edit)
    assert names[1:3] == ["import math\ndef help", "setup"]
    assert "The provided cell setup had been edited" in sentences[1]
    assert "Definitions that had been added to the provided cell setup" in sentences[0]


def test_the_language_of_a_release_is_no_edit(assignment, mended, tools):
    def edit(notebook):
        cell = tools.cell_named(notebook, "test_double")
        cell.source = cell.source.replace("visible check of", "可见检查")
        cell.metadata.nbgrader["checksum"] = nbgrader_checksum(cell)

    assert mended(edit)[2] == []


def nbgrader_checksum(cell) -> str:
    from nbgrader.utils import compute_checksum

    return compute_checksum(cell)


def test_an_answer_without_a_name_is_the_text_that_stood_in_its_place(mended, tools):
    def edit(notebook):
        tools.cell_named(notebook, "why").metadata = {}

    names, _, sentences = mended(edit)
    assert names[:7] == ORDER[:7]
    assert "The cell why had lost its name" in sentences[0]


def test_an_answer_that_was_deleted_is_told(mended, tools):
    names, _, sentences = mended(lambda notebook: notebook.cells.remove(tools.cell_named(notebook, "why")))
    assert "why" in names
    assert "The provided cell why was missing" in sentences[0]


def test_a_function_that_nobody_wrote_is_told_and_not_made_up(mended, tools):
    names, _, sentences = mended(lambda notebook: notebook.cells.remove(tools.cell_named(notebook, "double")))
    assert "double" not in names
    assert "No cell defines what double asks for" in sentences[0]


def test_a_notebook_without_any_of_the_cells_is_refused(assignment):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import numpy as np")])
    with pytest.raises(
        Rejected, match=r"has no cell of Arithmetic with arrays: hand in the notebook arithmetic\.ipynb"
    ):
        mend(assignment, "ada.ipynb", json.dumps(notebook).encode())


def test_mending_twice_gives_the_same(assignment, hand_in):
    data = hand_in(DOUBLE, HALVE, edit=strip).read_bytes()
    assert mend(assignment, "a.ipynb", data) == mend(assignment, "a.ipynb", data)


def test_additions_are_whole_statements_of_other_names():
    provided = "import os\ndef tool(): pass"
    assert additions("import os\nimport re\ndef tool(): return 2\nx = 1\ndef mine():\n    return 1", provided) == [
        "import re",
        "def mine():\n    return 1",
    ]
    assert additions("def broken(", provided) == []
