"""A notebook shows the module files that were handed in; what runs is the files."""

from __future__ import annotations

import contextlib

import nbformat

from autograder.marking.restore import restore
from autograder.submissions.module_notebook import NOT_SUBMITTED, as_submitted, cell_id
from autograder.submissions.read import read_submission
from tests.submissions.module_files import DOUBLE, FILE, sources, write


def test_cells_show_the_code_that_was_handed_in_and_what_is_not_there_is_named(assignment, tmp_path):
    shown = sources(read_submission(assignment, write(tmp_path / "h", {FILE: f"import os\n\n{DOUBLE}"})).notebook)
    assert shown["double"] == f"# {FILE}, line 3\n{DOUBLE.rstrip()}"
    assert shown["halve"] == f"# {FILE} defines no halve"
    assert shown[cell_id(FILE)] == f"# {FILE}\nimport os\n\n# double: shown below"
    assert shown["why"] == NOT_SUBMITTED


def test_a_file_that_cannot_be_read_is_told_in_each_cell_that_would_show_it(assignment, tmp_path):
    text = f"{DOUBLE}\nprint 1"
    shown = sources(read_submission(assignment, write(tmp_path / "h", {FILE: text})).notebook)
    assert all("line 4 is no Python 3" in shown[name] for name in ("double", "halve", cell_id(FILE)))
    assert shown[cell_id(FILE)].endswith(f"\n\n{text}")


def test_what_runs_is_the_file_and_afterwards_its_code_is_shown_again(assignment, module_folder):
    read = read_submission(assignment, module_folder)
    before = sources(read.notebook)
    with contextlib.suppress(ZeroDivisionError), as_submitted(read.notebook, read.modules):
        inside = sources(read.notebook)
        raise ZeroDivisionError
    assert inside["double"] == inside["halve"] == ""
    assert ".load(" in inside[cell_id(FILE)]
    assert sources(read.notebook) == before


def test_the_notebook_is_valid_and_stays_what_it_is_when_provided_cells_are_put_back(assignment, module_folder):
    notebook = read_submission(assignment, module_folder).notebook
    before = sources(notebook)
    nbformat.validate(restore(assignment, notebook))
    assert {name: text for name, text in sources(notebook).items() if name in ("double", "halve", "why")} == {
        name: before[name] for name in ("double", "halve", "why")
    }
