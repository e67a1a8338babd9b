"""Provided cells of a hand-in are put back as the instructor wrote them; the student's cells stay."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.utils import compute_checksum

from autograder.marking.provided_cells import ProvidedCells
from autograder.marking.restore import PutBackCells, restore


@pytest.fixture
def restored(assignment, hand_in):
    """Return a function that restores an edited hand-in."""

    def made(edit=lambda _notebook: None, **sources: str) -> nbformat.NotebookNode:
        return restore(assignment, nbformat.read(hand_in(edit=edit, **sources), as_version=4))

    return made


def test_the_students_code_stays_and_a_changed_check_cell_is_put_back(restored, tools):
    def edit(notebook):
        tools.cell_named(notebook, "test_double").source = "pass"

    notebook = restored(edit, double="def double(x): return x + x")
    assert tools.cell_named(notebook, "double").source == "def double(x): return x + x"
    assert 'print("visible check of double")' in tools.cell_named(notebook, "test_double").source


def test_only_a_check_cell_that_a_student_changed_is_reported(assignment, hand_in, tools, caplog):
    def edit(notebook):
        tools.cell_named(notebook, "test_double").source += "\npass"

    for changes, reported in ((lambda _notebook: None, []), (edit, ["test_double"])):
        caplog.clear()
        restore(assignment, nbformat.read(hand_in(edit=changes), as_version=4))
        assert [record.args[1] for record in caplog.records if "has changed" in record.msg] == reported


def test_points_in_the_metadata_are_the_instructors(restored, tools):
    def edit(notebook):
        tools.cell_named(notebook, "test_double").metadata.nbgrader.points = 1000

    assert tools.cell_named(restored(edit), "test_double").metadata.nbgrader.points == 4


def test_a_check_cell_that_was_deleted_is_added_behind_its_stub(restored, tools):
    def edit(notebook):
        notebook.cells = [
            cell for cell in notebook.cells if "test_" not in cell.metadata.get("nbgrader", {}).get("grade_id", "")
        ]

    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in restored(edit).cells]
    assert names.index("test_double") == names.index("double") + 1
    assert names.index("test_halve") == names.index("halve") + 1


def test_a_problem_whose_cells_were_all_deleted_gets_its_check_cell_back(restored):
    def edit(notebook):
        notebook.cells = notebook.cells[:1]

    notebook = restored(edit)
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    assert names == ["test_double", "test_halve", "why", None]
    assert notebook.cells[0].source.startswith("# This cell (id:test_double) was missing from the submission.")


def test_a_check_cell_made_into_text_is_code_again(restored, tools):
    def edit(notebook):
        cell = tools.cell_named(notebook, "test_double")
        cell.cell_type = "markdown"
        del cell["outputs"], cell["execution_count"]

    assert tools.cell_named(restored(edit), "test_double").cell_type == "code"


def test_a_copied_cell_does_not_count_twice(restored, tools):
    def edit(notebook):
        copy = nbformat.from_dict({**tools.cell_named(notebook, "test_double"), "id": "copied"})
        notebook.cells.append(copy)

    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in restored(edit).cells]
    assert names.count("test_double") == 1


def test_outputs_are_cleared_and_the_kernel_is_the_instructors(restored):
    def edit(notebook):
        notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="100 points")]
        notebook.metadata.kernelspec = {"name": "sh", "display_name": "A shell", "language": "bash"}

    notebook = restored(edit)
    assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code")
    assert notebook.metadata.kernelspec.name == "python3"


def test_cells_that_the_student_added_stay(restored):
    def edit(notebook):
        notebook.cells.insert(3, nbformat.v4.new_code_cell("my_helper = 1"))

    assert "my_helper = 1" in [cell.source for cell in restored(edit).cells]


def test_a_graded_cell_of_another_assignment_becomes_an_ordinary_one(restored, tools):
    def edit(notebook):
        notebook.cells.append(tools.code("test_other", "1", grade=True, points=100))

    notebook = restored(edit)
    assert notebook.cells[-1].source == "1"
    assert "nbgrader" not in notebook.cells[-1].metadata


def test_nbgraders_step_restores_a_chinese_hand_in_from_a_gradebook_that_knows_the_english_cells(
    bilingual, tools, caplog
):
    notebook = nbformat.read(bilingual.course.release("arithmetic", "zh-CN") / "arithmetic.ipynb", as_version=4)
    tools.cell_named(notebook, "test_double").source = "pass"
    tools.cell_named(notebook, "test_double").metadata.nbgrader.points = 1000
    notebook.cells.remove(tools.cell_named(notebook, "test_halve"))
    url = f"sqlite:///{bilingual.course.classroom / 'gradebook.db'}"
    names = {"notebook": "arithmetic", "assignment": "arithmetic", "db_url": url}
    restored, _ = PutBackCells(add_missing_cells=True).preprocess(notebook, {"nbgrader": names})
    for name in ("double", "halve"):
        check = tools.cell_named(restored, f"test_{name}")
        assert f'print("{name} 的可见检查")' in check.source
        assert check.metadata.nbgrader.points == {"double": 4, "halve": 6}[name]
    check = tools.cell_named(restored, "test_double")
    assert check.metadata.nbgrader.checksum == compute_checksum(check)
    changed = [record.args[:2] for record in caplog.records if "has changed" in record.msg]
    assert changed == [("points", "test_double"), ("checksum", "test_double")]


@pytest.mark.parametrize(
    ("known", "comes"),
    [('{"name": "python3", "display_name": "P"}', "python3"), (None, "evil"), ("null", "evil")],
)
def test_the_kernel_is_the_gradebooks_where_it_names_one(known, comes):
    handed_in = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "evil", "display_name": "E"}})
    after, _ = PutBackCells().restore(handed_in, {}, ProvidedCells((), known))
    assert after.metadata.kernelspec.name == comes
