"""Several notebooks of an assignment as one, and back."""

from __future__ import annotations

import nbformat

from autograder.course.cells import grade_id, problem_name
from autograder.course.joined_notebooks import begins, cell_name, join, notebooks_in, split
from tests.support.course import code


def notebooks():
    """Return two notebooks that have a cell of the same name, and cells of the same ids."""
    heading = nbformat.v4.new_markdown_cell("# One")
    first = nbformat.v4.new_notebook(cells=[heading, code("part-a", "x = 1"), code("test_x", "x", grade=True)])
    second = nbformat.v4.new_notebook(cells=[code("part-a", "y = 2")])
    second.cells[0].id = first.cells[1].id
    return {"one": first, "two": second}


def test_a_cell_is_known_by_its_notebook_unless_that_is_called_like_the_assignment():
    assert cell_name("ps1", "ps1", "part-a") == "part-a"
    assert cell_name("ps1", "one", "part-a") == "one.part-a"
    assert problem_name("one.test_x") == "one.x"


def test_cells_of_one_name_and_one_id_are_told_apart_and_each_notebook_begins_with_its_name():
    joined = join("ps1", notebooks())
    assert [grade_id(cell) for cell in joined.cells] == ["one.", "", "one.part-a", "one.test_x", "two.", "two.part-a"]
    assert [begins(cell) for cell in joined.cells] == ["one", "", "", "", "two", ""]
    assert [joined.cells[place].source for place in (0, 4)] == ["# one", "# two"]
    assert len({cell.id for cell in joined.cells}) == 6
    nbformat.validate(joined)


def test_what_was_joined_is_split_into_what_it_was():
    before = notebooks()
    parts = split("ps1", join("ps1", before))
    assert list(parts) == ["one", "two"]
    for name, notebook in before.items():
        ours, theirs = ([(grade_id(cell), cell.source) for cell in one.cells] for one in (parts[name], notebook))
        assert ours == theirs


def test_what_was_put_before_the_first_notebook_goes_with_it():
    joined = join("ps1", notebooks())
    joined.cells.insert(0, nbformat.v4.new_markdown_cell("what was repaired"))
    assert split("ps1", joined)["one"].cells[0].source == "what was repaired"


def test_a_single_notebook_that_is_called_like_its_assignment_stays_what_it_is():
    single = notebooks()["one"]
    assert join("ps1", {"ps1": single}) is single
    assert split("ps1", single) == {"ps1": single}


def test_nothing_that_a_student_calls_a_cell_begins_a_notebook():
    forged = notebooks()
    forged["one"].cells[1].metadata.nbgrader.grade_id = "two."
    assert list(filter(None, map(begins, join("ps1", forged).cells))) == ["one", "two"]


def test_those_that_are_in_a_folder_are_read_joined(tmp_path):
    assert notebooks_in("ps1", ["one", "two"], tmp_path) is None
    nbformat.write(notebooks()["two"], tmp_path / "two.ipynb")
    found = notebooks_in("ps1", ["one", "two"], tmp_path)
    assert found is not None
    assert [grade_id(cell) for cell in found.cells] == ["two.", "two.part-a"]
