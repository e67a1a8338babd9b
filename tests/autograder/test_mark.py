"""`autograder mark`: what is rejected, with which words; nothing else that is handed in stops the grader."""

from __future__ import annotations

import copy
import json
import logging
import random
import warnings

import nbformat
import pytest

from autograder import mark
from autograder.kernel.levels import best
from autograder.mark import Rejected, mark_file, read_notebook
from autograder.results import Status


def test_a_file_that_does_not_exist_is_an_error(assignment, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no hand-in .*nowhere"):
        mark_file(assignment, tmp_path / "nowhere.ipynb")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is not a Jupyter notebook"),
        (b"PK\x03\x04", "is not a Jupyter notebook"),
        (b"\xff\xfe\x00", "is not a Jupyter notebook"),
        (b"[]", "is not a Jupyter notebook"),
        (b"{}", "is not a Jupyter notebook"),
        (b"null", "is not a Jupyter notebook"),
        (b"[" * 100_000, "is not a Jupyter notebook"),
        (b'{"nbformat": 99, "cells": []}', "is not a Jupyter notebook"),
        (
            b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}',
            "has no cell of Arithmetic with arrays",
        ),
    ],
    ids=["empty", "zip", "bytes", "list", "dict", "null", "deep", "future", "no cells"],
)
def test_what_is_no_notebook_of_the_assignment_is_rejected_and_told_what_to_do(assignment, tmp_path, data, why):
    file = tmp_path / "ada.ipynb"
    file.write_bytes(data)
    record, notebook = mark_file(assignment, file, level=best())
    assert notebook is None
    assert (record.status, record.score, record.max_score, record.student) == (Status.REJECTED, 0, 10, "ada")
    assert why in record.notes[0]
    assert "hand" in record.notes[0]
    assert "\n" not in record.notes[0]


def test_a_folder_is_rejected(assignment, tmp_path):
    record, _ = mark_file(assignment, tmp_path, level=best())
    assert "is not a file: hand in the notebook arithmetic.ipynb" in record.notes[0]


def test_a_notebook_that_is_too_large_is_rejected(assignment, hand_in, monkeypatch):
    monkeypatch.setattr(mark, "MAX_BYTES", 1000)
    record, _ = mark_file(assignment, hand_in(), level=best())
    assert "clear its outputs" in record.notes[0]


def test_a_notebook_of_another_assignment_is_rejected(assignment, hand_in):
    def rename(notebook):
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader.grade_id = "x_" + cell.metadata.nbgrader.grade_id

    record, _ = mark_file(assignment, hand_in(edit=rename), level=best())
    assert "has no cell of Arithmetic with arrays" in record.notes[0]


@pytest.mark.parametrize(
    "meta",
    [
        None,
        [],
        "text",
        {},
        {"grade_id": ["a"]},
        {"grade_id": None},
        {"grade": "yes"},
        {"schema_version": 1},
        {"schema_version": 99},
        {"grade": False},
        {"locked": False},
        {"solution": True},
        {"points": "many"},
        {"points": -1},
        {"points": None},
    ],
    ids=str,
)
def test_any_nbgrader_metadata_is_restored_or_rejected(assignment, hand_in, tools, meta):
    def damage(notebook):
        cell = tools.cell_named(notebook, "test_double")
        cell.metadata["nbgrader"] = {**cell.metadata.nbgrader, **meta} if isinstance(meta, dict) and meta else meta

    file = hand_in(edit=damage)
    try:
        notebook = read_notebook(assignment, file, file.read_bytes())
    except Rejected as fault:
        why = str(fault)
    else:
        why = None
        cell = tools.cell_named(notebook, "test_double")
        assert (cell.metadata.nbgrader.grade, cell.metadata.nbgrader.points) == (True, 4)
    assert why is None or "arithmetic.ipynb" in why


JUNK = (None, True, -1, 1e308, "", "x", [], [None], {}, {"x": 1}, [[]], "\ud800")


def places(value, path=()):
    """Return the paths to everything within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in places(item, (*path, key)))]


@pytest.fixture
def quiet():
    """Nothing is logged: nbgrader logs text that is not Unicode, which pytest's workers cannot pass on."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("quiet")
def test_a_notebook_damaged_anywhere_is_restored_or_rejected_and_nothing_worse_happens(assignment, hand_in):
    random_numbers = random.Random(231)
    file = hand_in()
    good = json.loads(file.read_text())
    paths = [path for path in places(good) if path]
    rejected = 0
    for _ in range(400):
        damaged = copy.deepcopy(good)
        *way, last = random_numbers.choice(paths)
        parent = damaged
        for key in way:
            parent = parent[key]
        if random_numbers.random() < 0.3:
            del parent[last]
        else:
            parent[last] = random_numbers.choice(JUNK)
        file.write_text(json.dumps(damaged))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", nbformat.warnings.MissingIDFieldWarning)
                notebook = read_notebook(assignment, file, file.read_bytes())
        except Rejected:
            rejected += 1
        else:
            json.dumps(notebook, ensure_ascii=False).encode()
    assert 40 < rejected < 360
