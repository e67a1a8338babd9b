"""Points that do not add up are refused before anything is made."""

from __future__ import annotations

import nbformat
import pytest

from autograder.cli import main
from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.release.points_check import PointsError, check_source_points, point_faults


def edited(assignment, cell_id, edit):
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    edit(next(cell for cell in notebook.cells if cell_id in (cell.id, grade_id(cell))))
    nbformat.write(notebook, assignment.notebook_file)
    return Assignment(assignment.course, assignment.name)


def says(text):
    def edit(cell):
        cell.source = text

    return edit


def test_points_that_add_up_are_no_fault_and_shares_that_are_scaled_are_noted(assignment):
    halve = "halve: the shares of its hidden tests add up to 2, its cell has 6 points: each share counts 3"
    assert check_source_points(assignment) == [halve]
    made = edited(assignment, "test_halve", lambda cell: cell.metadata.nbgrader.update(points=2))
    assert check_source_points(made) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("| `double` | 5 | twice |", "double: the text title says 5 points, its cell has 4 (en)"),
        ("Write `halve`, 5 points.", "halve: the text title says 5 points, its cell has 6 (en)"),
        ("(`halve`, 6 points) and `double` (4 points)", None),
    ],
)
def test_what_a_text_says_of_points_is_compared_with_the_cell(assignment, text, fault):
    assert list(point_faults(edited(assignment, "title", says(text)))) == ([fault] if fault else [])


def test_the_chinese_text_is_compared_too(bilingual):
    made = edited(bilingual, "title-zh", says("（`double`，5 分）"))
    assert list(point_faults(made)) == ["double: the text title says 5 points, its cell has 4 (zh-CN)"]


def test_problems_without_tests_and_without_points_and_tests_without_problem_are_named(assignment):
    assignment.hidden_file("halve").rename(assignment.hidden / "test_half.py")
    made = edited(assignment, "why", lambda cell: cell.metadata.nbgrader.update(points=0))
    with pytest.raises(PointsError) as said:
        check_source_points(made)
    assert str(said.value).splitlines()[1:] == [
        "  halve has no hidden tests: write hidden/test_halve.py, or name it in in_kernel in assignment.toml if the "
        "code of its check cell gives the points",
        "  hidden/test_half.py is of no problem",
        "  why has no points: give its cell why some",
    ]


def test_release_refuses_other_points_in_a_text_and_leaves_everything_as_it_is(assignment, capsys):
    before = (assignment.course.release("arithmetic") / "arithmetic.ipynb").read_bytes()
    edited(assignment, "title", says("| `double` | 5 | twice |"))
    for more in ([], ["--check"]):
        assert main(["release", "arithmetic", *more]) == 1
        assert "double: the text title says 5 points, its cell has 4 (en)" in capsys.readouterr().err
    assert (assignment.course.release("arithmetic") / "arithmetic.ipynb").read_bytes() == before
