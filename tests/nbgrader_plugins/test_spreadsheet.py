"""Cells of CSV files are texts to a spreadsheet, whatever students have written."""

from __future__ import annotations

import csv

import pytest

from autograder.nbgrader_plugins.spreadsheet import plain_cell


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t=", "\r=", "\n@", " =", "\uff1d"])
def test_a_spreadsheet_runs_no_cell(begins):
    cell = plain_cell(f"{begins}cmd|' /C calc'!A0")
    assert str(cell).startswith("'")
    assert str(cell).isprintable()


def test_nor_one_that_begins_at_a_semicolon():
    cut = [cell for row in csv.reader(["Max," + plain_cell("Ada; =1+1;@x") + ";b"], delimiter=";") for cell in row]
    assert cut == ["Max,Ada", " '=1+1", "'@x", "b"]


def test_other_cells_stay_as_they_are():
    assert [plain_cell(value) for value in ("ada", "O'Neil-Smith", "-", -1.5, None)] == [
        "ada",
        "O'Neil-Smith",
        "-",
        -1.5,
        None,
    ]
