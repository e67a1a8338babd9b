"""`autograder mark`: what is rejected, with which words."""

from __future__ import annotations

import hashlib

import pytest

from autograder.course.results import Status
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from autograder.submissions.checks import LIMITS


def test_a_file_that_does_not_exist_is_an_error(assignment, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no hand-in .*nowhere"):
        mark_file(assignment, tmp_path / "nowhere.ipynb", level=best())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is not a Jupyter notebook"),
        (b"PK\x03\x04", "is a damaged archive"),
        (b"\xff\xfe\x00", "is not a Jupyter notebook"),
        (b"[]", "is not a Jupyter notebook"),
        (b"{}", "is not a Jupyter notebook"),
        (b"null", "is not a Jupyter notebook"),
        (b"[" * 100_000, "is not a Jupyter notebook"),
        (b'{"nbformat": 99, "cells": []}', "has no cell of Arithmetic with arrays"),
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
    assert why in str(record.notes[0])
    assert "hand" in str(record.notes[0])
    assert "\n" not in str(record.notes[0])


def test_a_folder_without_a_notebook_is_rejected(assignment, tmp_path):
    (tmp_path / "ada").mkdir()
    record, _ = mark_file(assignment, tmp_path / "ada", level=best())
    assert "holds no notebook: hand in arithmetic.ipynb" in str(record.notes[0])


def test_a_refused_folder_is_known_by_its_notebook_and_told_in_its_language(bilingual, tmp_path):
    data = b'{"metadata": {"language": "zh-CN"}}'
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "arithmetic.ipynb").write_bytes(data)
    (tmp_path / "linked").symlink_to("ada")
    record, linked = (mark_file(bilingual, tmp_path / name, level=best())[0] for name in ("ada", "linked"))
    assert (record.language, record.sha256) == ("zh-CN", hashlib.sha256(data).hexdigest())
    assert (linked.language, linked.sha256) == ("en", hashlib.sha256(b"").hexdigest())


def test_a_link_is_rejected_wherever_it_leads(assignment, hand_in, tmp_path):
    (tmp_path / "ada.ipynb").symlink_to(hand_in())
    record, notebook = mark_file(assignment, tmp_path / "ada.ipynb", level=best())
    assert (record.status, notebook) == (Status.REJECTED, None)
    assert "is a link: hand in the notebook itself" in str(record.notes[0])


def test_a_notebook_that_is_too_large_is_rejected(assignment, tmp_path):
    with (tmp_path / "ada.ipynb").open("wb") as stream:
        stream.truncate(LIMITS.file + 1)
    record, _ = mark_file(assignment, tmp_path / "ada.ipynb", level=best())
    assert "clear its outputs" in str(record.notes[0])


def test_a_notebook_of_another_assignment_is_rejected(assignment, hand_in):
    def rename(notebook):
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                cell.metadata.nbgrader.grade_id = "x_" + cell.metadata.nbgrader.grade_id
                cell.source = "def something_else(): return 1"

    record, _ = mark_file(assignment, hand_in(edit=rename), level=best())
    assert "has no cell of Arithmetic with arrays" in str(record.notes[0])
