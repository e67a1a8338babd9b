"""What differs is named: the file, the cell, and a short difference."""

from __future__ import annotations

import nbformat
import pytest

from autograder.release.differences import SHOWN, differences, differing_files, first_difference


def notebook(**texts):
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(text, id=name) for name, text in texts.items()]
    )


@pytest.fixture
def compared(tmp_path):
    def run(ours, theirs):
        files = tmp_path / "ours.ipynb", tmp_path / "theirs.ipynb"
        for file, made in zip(files, (ours, theirs), strict=True):
            nbformat.write(made, file)
        return differences(*files)

    return run


def test_a_cell_is_named_with_its_first_line_that_differs(compared):
    assert compared(notebook(a="same", b="one\ntwo"), notebook(a="same", b="one\nthree")) == [
        "cell b, line 2: 'two' here, 'three' from the source"
    ]


def test_cells_that_are_missing_too_much_in_another_order_or_with_other_metadata_are_named(compared):
    assert compared(notebook(a="1"), notebook(a="1", b="2")) == ["the cell b is missing"]
    assert compared(notebook(a="1", b="2"), notebook(a="1")) == ["the cell b does not belong there"]
    assert compared(notebook(a="1", b="2"), notebook(b="2", a="1")) == ["its cells stand in another order"]
    other = notebook(a="1")
    other.cells[0].metadata["tags"] = ["x"]
    assert compared(notebook(a="1"), other) == ["cell a: its metadata differ"]
    other = notebook(a="1")
    other.metadata["language"] = "en"
    assert compared(notebook(a="1"), other) == ["its metadata differ"]


def test_of_many_cells_a_few_are_shown_and_the_others_counted(compared):
    names = "abcdef"
    lines = compared(notebook(**dict.fromkeys(names, "1")), notebook(**dict.fromkeys(names, "2")))
    assert len(lines) == 4
    assert lines[-1] == "and 3 more cells"


def test_of_a_long_line_the_part_around_the_difference_is_shown():
    line = first_difference("x" * 500 + "old", "x" * 500 + "new")
    assert "xold'" in line
    assert "xnew'" in line
    assert len(line) < 4 * SHOWN


def test_what_is_no_text_only_differs(tmp_path):
    for name, data in (("ours", b"\xff1"), ("theirs", b"\xff2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "p.png").write_bytes(data)
    assert [line.partition("/")[2] for line in differing_files(tmp_path / "ours", tmp_path / "theirs")] == [
        "ours/p.png: differs"
    ]


def test_a_last_line_without_an_end_is_no_riddle():
    assert first_difference("a", "a\n") == "the ends of its lines differ"
