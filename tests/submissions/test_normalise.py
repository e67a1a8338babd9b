"""Whatever a notebook's JSON holds becomes nbformat 4.5, or is refused; what was changed is told."""

from __future__ import annotations

import nbformat
import pytest

from autograder.submissions.checks import LIMITS, IntakeLimits, Rejected
from autograder.submissions.normalise import Shape, fit, source_of


def shape(*cells, limits=LIMITS, **further):
    made = Shape("ada.ipynb", {"cells": list(cells), "nbformat": 4, **further}, limits)
    nbformat.validate(made.notebook)
    return made


def code(source="x = 1", **further):
    return {"cell_type": "code", "source": source, "id": "a", "metadata": {}, **further}


def test_a_notebook_that_is_as_it_has_to_be_keeps_ids_and_is_not_spoken_of():
    made = shape(code(), code("y = 2", id="b"))
    assert [(cell.id, cell.source) for cell in made.notebook.cells] == [("a", "x = 1"), ("b", "y = 2")]
    assert made.mended == []


def test_outputs_and_metadata_of_the_author_are_left_out_and_nbgraders_stay():
    one = code(
        outputs=[{"output_type": "stream", "text": "10/10"}], metadata={"nbgrader": {"grade_id": "a"}, "tags": []}
    )
    (cell,) = shape({**one, "execution_count": 7}).notebook.cells
    assert (cell.outputs, cell.execution_count) == ([], None)
    assert cell.metadata == {"nbgrader": {"grade_id": "a"}}


def test_cells_of_format_3_are_found_in_its_worksheets():
    sheet = {
        "cells": [
            {"cell_type": "code", "input": ["x = 1\n", "y = 2"]},
            {"cell_type": "heading", "level": 2, "source": "T"},
        ]
    }
    made = Shape("ada.ipynb", {"worksheets": [sheet, 3, {"cells": "none"}], "nbformat": 3})
    assert [cell.source for cell in made.notebook.cells] == ["x = 1\ny = 2", "## T"]
    assert "The notebook's format is 3, not 4" in str(made.mended[0])


@pytest.mark.parametrize("content", [{}, {"cells": None}, {"cells": {"0": {}}}, {"worksheets": {}}])
def test_what_has_no_cells_is_no_notebook(content):
    with pytest.raises(Rejected, match="ada\\.ipynb is not a Jupyter notebook: it has no cells"):
        Shape("ada.ipynb", content)


def test_ids_that_are_doubled_broken_or_missing_are_made_anew_the_same_way_each_time():
    cells = [code(), code(), code(id="a b"), code(id=3), code(id="cell-2")]
    ids = [cell.id for cell in shape(*cells).notebook.cells]
    assert ids == ["a", "cell-2", "cell-3", "cell-4", "cell-5"]
    assert "4 cells had no id" in str(shape(*cells).mended[0])


def test_a_notebook_without_any_ids_is_of_an_older_format_and_is_not_spoken_of():
    assert shape({"cell_type": "code", "source": "x"}, {"cell_type": "raw", "source": "y"}).mended == []


@pytest.mark.parametrize(
    ("kind", "source", "becomes"),
    [
        ("markdown", "# T", "markdown"),
        ("raw", "x", "raw"),
        ("html", "<p>", "markdown"),
        ("program", "x = 1", "code"),
        ("program", "x = = 1", "markdown"),
        (None, "", "markdown"),
        (["code"], "x = 1", "code"),
    ],
)
def test_a_cell_of_an_unknown_type_is_code_when_it_can_run(kind, source, becomes):
    made = shape({"cell_type": kind, "source": source})
    assert made.notebook.cells[0].cell_type == becomes
    assert bool(made.mended) is (kind not in ("markdown", "raw", "html"))


def test_what_is_no_cell_is_left_out_and_counted():
    made = shape(code(), 3, None, "x")
    assert len(made.notebook.cells) == 1
    assert "3 cells were of no type that Jupyter knows" in str(made.mended[0])


def test_line_ends_of_other_systems_are_changed():
    made = shape(code("x = 1\r\ny = 2\rz = 3"))
    assert made.notebook.cells[0].source == "x = 1\ny = 2\nz = 3"
    assert "1 cells had line ends of another system" in str(made.mended[0])


def test_another_language_is_told():
    assert "saved for the language 'julia'" in str(
        shape(code(), metadata={"kernelspec": {"language": "julia"}}).mended[0]
    )
    assert shape(code(), metadata={"language_info": {"name": "ipython3"}}).mended == []


@pytest.mark.parametrize(
    ("cells", "limits"),
    [
        ([code(), code()], {"cells": 1}),
        ([code("x" * 11)], {"source": 10}),
        ([code("x" * 6), code("x" * 6)], {"code": 10}),
        ([code("x" * 6, cell_type="raw"), code("x" * 6, cell_type="markdown")], {"text": 10}),
    ],
    ids=["cells", "source", "code", "text"],
)
def test_more_than_is_allowed_is_refused(cells, limits):
    with pytest.raises(Rejected, match="ada\\.ipynb has more than"):
        shape(*cells, limits=IntakeLimits(**limits))
    shape(*cells)


@pytest.mark.parametrize(
    "attachments",
    [
        {"a.png": {"image/png": 3}},
        {"a.png": {"image/png": "é"}},
        {"a.png": []},
        {"a.png": {"\ud800": "abc"}},
        {"\ud800.png": {"image/png": "abc"}},
        [],
    ],
)
def test_attachments_that_no_file_can_be_written_with_are_left_out(attachments):
    kept = {"a.png": {"image/png": "abc"}}
    assert shape(code(cell_type="markdown", attachments=kept)).notebook.cells[0].attachments == kept
    assert "attachments" not in shape(code(cell_type="markdown", attachments=attachments)).notebook.cells[0]


def test_text_that_no_file_can_hold_becomes_question_marks():
    assert fit("a\ud800b") == "a?b"
    assert source_of({"source": ["a\ud800", 3, "b"]}) == "a?b"
    assert source_of({"source": 3}) == ""
