"""A notebook is taken apart: what may not stand in it is a leak, and each of its texts is looked at."""

from __future__ import annotations

import base64

import pytest

from autograder.release.leaks.findings import Blob, Leak, Piece, Where
from autograder.release.leaks.notebook_parts import notebook_parts


def parts(cell: dict | None = None, **notebook):
    made = {"cell_type": "code", "id": "a", "source": "", "metadata": {}, "outputs": [], **(cell or {})}
    return list(notebook_parts(Where("a.ipynb"), {"cells": [made], "metadata": {}, **notebook}))


def leaks(cell: dict | None = None, **notebook) -> list[str]:
    return [str(part) for part in parts(cell, **notebook) if isinstance(part, Leak)]


def test_a_cell_is_named_by_nbgraders_name_else_by_its_own():
    named = parts({"metadata": {"nbgrader": {"grade_id": "double"}}, "source": ["x = 1\n", "y"]})
    (piece,) = (part for part in named if isinstance(part, Piece) and part.code)
    assert (piece.where.cell, piece.text) == ("cell 'double' (cell 1)", "x = 1\ny")
    assert str(parts()[0].where) == "a.ipynb: cell 'a' (cell 1)"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ({"outputs": [{"output_type": "stream", "text": "42"}]}, ": outputs: "),
        ({"execution_count": 3}, ": an execution count: `3`"),
        ({"metadata": {"notes": "hard"}}, "metadata: metadata that does not belong there: `notes: "),
        ({"metadata": {"collapsed": "an answer"}}, "metadata: metadata that does not belong there"),
        ({"metadata": {"tags": ["two words"]}}, "metadata: metadata that does not belong there"),
        ({"metadata": {"nbgrader": {"hint": "x"}}}, "metadata, nbgrader: metadata that does not belong there"),
        ({"attachments": {"a.png": {"image/png": ""}}}, "an attachment that the cell does not show"),
        ({"source": "attachment:a.txt", "attachments": {"a.txt": {"text/plain": ""}}}, "that is no picture"),
        ({"answer": "x"}, "something in the cell that is no part of one: `answer`"),
    ],
)
def test_what_has_no_place_in_a_cell_is_a_leak(cell, said):
    (leak,) = leaks(cell)
    assert said in leak


def test_what_belongs_there_is_none():
    nbgrader = {"grade": True, "grade_id": "a", "locked": True, "points": 2, "schema_version": 3, "solution": False}
    assert leaks({"metadata": {"nbgrader": nbgrader, "tags": ["raises-exception"], "collapsed": True}}) == []
    assert leaks(nbformat=4, nbformat_minor=5, metadata={"kernelspec": {}, "language_info": {}}) == []


def test_what_has_no_place_in_the_notebook_is_a_leak_and_its_texts_are_looked_at():
    assert len(leaks(metadata={"author_notes": "x"}, more=1)) == 2
    texts = [part.text for part in parts(more=[{"key": "the secret"}]) if isinstance(part, Piece)]
    assert any("the secret" in text for text in texts)


def test_an_attached_picture_is_opened_and_lines_in_lists_are_read_as_one_text_too():
    cell = {"source": "attachment:a.png", "attachments": {"a.png": {"image/png": base64.b64encode(b"bytes").decode()}}}
    assert b"bytes" in [part.data for part in parts(cell) if isinstance(part, Blob)]
    texts = [part.text for part in parts({"metadata": {"tags": ["one", "two"]}}) if isinstance(part, Piece)]
    assert any("onetwo" in text and "one\ntwo" in text for text in texts)


def test_values_of_any_shape_are_taken():
    odd = {"cells": [1, {"source": 5, "outputs": 3, "metadata": [], "attachments": "x"}], "metadata": None}
    assert all(isinstance(part, Leak | Piece | Blob) for part in notebook_parts(Where("a"), odd))
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}]}]}
    assert "x = 1" in [part.text for part in notebook_parts(Where("a"), old) if isinstance(part, Piece)]
