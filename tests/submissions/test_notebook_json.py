"""A notebook's JSON is read as far as it is there, and nothing is made up."""

from __future__ import annotations

import json
import tracemalloc

import nbformat
import pytest

from autograder.submissions import notebook_json
from autograder.submissions.checks import IntakeLimits, Rejected
from autograder.submissions.notebook_json import content_of, without_outputs


def saved(*sources: str, **output: object) -> bytes:
    """Return a notebook as Jupyter saves it."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    if output:
        cells[0].outputs = [nbformat.v4.new_output("display_data", data={"application/json": output})]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


def sources(data: bytes) -> list[str]:
    """Return the texts of the cells that can be read."""
    return ["".join(cell["source"]) for cell in content_of("x.ipynb", data)[0]["cells"]]


def test_a_whole_notebook_is_read_without_its_outputs_and_nothing_is_said():
    content, mended = content_of("x.ipynb", saved("a = 1\nb = 2", x=[{"y": '"]'}]))
    assert mended == []
    assert content["cells"][0]["source"] == ["a = 1\n", "b = 2"]
    assert content["cells"][0]["outputs"] == []


def test_a_text_that_looks_like_outputs_is_kept():
    source = 'x = \'"outputs": [1, 2]\'\ny = {"outputs": ["a"]}'
    assert sources(saved(source)) == [source]


@pytest.mark.parametrize("cut", [1, 20, 40, 60, 80])
def test_of_a_file_that_breaks_off_everything_before_is_read(cut):
    data = saved("first = 1", "second = 2", "third = 3")
    end = data.index(b"third") - cut
    assert sources(data[:end])[:2] == ["first = 1", "second = 2"]


def test_the_cell_in_which_a_file_breaks_off_is_read_as_far_as_it_goes():
    data = saved("first = 1", 'x = "\\u00e9"\nlast = 2')
    content, mended = content_of("x.ipynb", data[: data.index(b"last") + 3])
    assert "".join(content["cells"][1]["source"]) == 'x = "\\u00e9"\nlas'
    assert "2 cells could be read, cell 2 as far as it goes" in str(mended[0])


def test_a_name_survives_in_a_cell_that_is_cut():
    cell = nbformat.v4.new_code_cell("x = 1\ny = 2", metadata={"nbgrader": {"cell_type": "code", "grade_id": "double"}})
    data = nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()
    content, _ = content_of("x.ipynb", data[: data.index(b"y = 2")])
    assert content["cells"][0]["metadata"]["nbgrader"]["grade_id"] == "double"
    assert len(content["cells"]) == 1


def test_damage_in_one_cell_costs_no_other():
    data = saved("first = 1", "second = 2", "third = 3").replace(b'"second = 2"', b'"second = 2')
    assert sources(data)[0] == "first = 1"
    assert sources(data)[-1] == "third = 3"


def test_damage_in_outputs_costs_no_code():
    data = saved("first = 1", x="lost quote").replace(b'lost quote"', b"lost quote")
    assert sources(data) == ["first = 1"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_has_not_are_left_out(number):
    data = saved("a").replace(b'"nbformat": 4', b'"x": ' + number.encode() + b', "nbformat": 4')
    assert content_of("x.ipynb", data)[0]["x"] is None


def test_of_a_key_that_stands_twice_the_last_counts_and_this_is_said():
    data = saved("a").replace(b'"nbformat": 4', b'"nbformat": 3, "nbformat": 4')
    content, mended = content_of("x.ipynb", data)
    assert content["nbformat"] == 4
    assert "stood twice" in str(mended[0])


@pytest.mark.parametrize(
    "start", [b'"', b"cell_type", b'{"cell_type": ', b'{"cell_type": "code"', b'{"cells": [', b'[{"cell_type": "']
)
def test_scraps_are_refused(start):
    with pytest.raises(Rejected, match="is not a Jupyter notebook"):
        content_of("x.ipynb", start)


def test_a_hundred_megabytes_of_outputs_are_never_made_objects_of():
    line = b'"loss: 1.0\\n",\n'
    data = saved("a = 1").replace(b'"outputs": []', b'"outputs": [' + line * 7_000_000 + b'""]')
    tracemalloc.start()
    try:
        content, _ = content_of("x.ipynb", data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "".join(content["cells"][0]["source"]) == "a = 1"
    assert most < 20_000_000


def test_too_many_brackets_in_outputs_are_refused(monkeypatch):
    monkeypatch.setattr(notebook_json, "MOST_BRACKETS", 1000)
    with pytest.raises(Rejected, match="clear its outputs"):
        without_outputs("x.ipynb", b'{"outputs": [' + b"[" * 2000)


def test_damage_among_outputs_is_looked_through_a_few_times_only(monkeypatch):
    looks = []
    end_of_list = notebook_json._end_of_list
    monkeypatch.setattr(notebook_json, "_end_of_list", lambda *where: looks.append(where) or end_of_list(*where))
    without_outputs("x.ipynb", b'"outputs": ["source": ' * 500)
    assert len(looks) == notebook_json.MOST_BROKEN_OUTPUTS


def test_what_is_too_large_without_its_outputs_is_refused():
    with pytest.raises(Rejected, match="besides its outputs: copy your code"):
        content_of("x.ipynb", saved("x" * 2000), IntakeLimits(notebook=1000))


def test_utf_16_is_read():
    text = json.dumps({"cells": [{"cell_type": "code", "source": "é = 'ü'"}]}, ensure_ascii=False)
    for name in ("utf-16", "utf-16-le", "utf-16-be"):
        assert sources(text.encode(name)) == ["é = 'ü'"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\n<<<<<<< x\nb\n=======\nc\n>>>>>>> y\nd", ("a\nb\nd", 1)),
        ("<<<<<<< x\nb\n||||||| z\n=======\nc\n=======\n>>>>>>> y\n" * 2, ("b\n||||||| z\n" * 2, 2)),
        ("<<<<<<< x\nb\n=======\nc", ("<<<<<<< x\nb\n=======\nc", 0)),
        ("=======\n>>>>>>> y\n<<<<<<< x\n", ("=======\n>>>>>>> y\n<<<<<<< x\n", 0)),
    ],
)
def test_the_first_sides_of_conflicts_are_kept_and_what_is_no_whole_conflict_stays(text, kept):
    assert notebook_json._first_sides(text) == kept
