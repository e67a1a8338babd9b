"""What the gradebook says of a class is read at once, and its points are compared with those of the source notebook."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.gradebook_scores import check_points, gradebook_points, gradebook_scores
from autograder.course.score import Score

NAME = "arithmetic"


@pytest.fixture
def book(assignment, fresh_gradebook):
    """The gradebook of the tiny course, in which nobody has been marked."""
    file = assignment.course.classroom / "gradebook.db"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(fresh_gradebook)
    with Gradebook(f"sqlite:///{file}", "cs231n") as made:
        yield made


def hand_in(book, student):
    book.add_student(student)
    book.add_submission(NAME, student)
    return {
        grade.name: grade for notebook in book.find_submission(NAME, student).notebooks for grade in notebook.grades
    }


def test_a_class_without_a_gradebook_has_no_scores_and_no_points(assignment):
    (assignment.course.classroom / "gradebook.db").unlink(missing_ok=True)
    assert (gradebook_scores(assignment), gradebook_points(assignment)) == ({}, {})


def test_scores_are_what_nbgrader_adds_up_with_all_that_a_person_entered_and_penalties(assignment, book):
    ada, bob = hand_in(book, "ada"), hand_in(book, "bob")
    ada["test_double"].auto_score, ada["test_double"].manual_score, ada["test_double"].extra_credit = 1.0, 3.0, 0.5
    ada["more"].auto_score = 2.0
    bob["test_double"].auto_score, bob["why"].manual_score, bob["task"].manual_score = 2.0, 1.0, 1.0
    book.find_submission_notebook(NAME, NAME, "ada").late_submission_penalty = 1.25
    book.db.commit()
    scores = gradebook_scores(assignment)
    assert scores["ada"].score == Score(4.25, 6, 4)
    assert scores["ada"].penalty == 1.25
    assert scores["ada"].cells["test_double"] == (1.0, 3.0, 0.5, 4.0)
    assert scores["bob"].score == Score(4, 8, 2)
    for student in ("ada", "bob"):
        submission = book.find_submission(NAME, student)
        assert scores[student].score.most == submission.max_score
        assert scores[student].score.points == submission.score - (submission.late_submission_penalty or 0)


def test_points_of_the_gradebook_are_those_of_the_notebook_that_is_marked(assignment, book):
    assert gradebook_points(assignment) == {"test_double": 4, "why": 3}


def test_a_gradebook_with_the_points_of_the_source_is_used_and_so_is_none(assignment):
    check_points(assignment, {problem.check: problem.points for problem in assignment.problems.values()})
    check_points(assignment, {})


def test_other_points_are_named_cell_by_cell_with_what_to_do(assignment):
    known = {"test_double": 4.5, "test_halve": 6, "task": 1}
    with pytest.raises(CourseError) as said:
        check_points(assignment, known)
    text = str(said.value)
    assert "run `autograder release arithmetic`" in text
    assert text.splitlines()[1:] == [
        "  test_double: 4.5 points in the gradebook, 4 points in the source",
        "  why: no such cell in the gradebook, 3 points in the source",
        "  task: 1 points in the gradebook, no such cell in the source",
    ]


def test_a_task_has_points_that_a_person_gives(assignment, tools):
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    task = nbformat.v4.new_markdown_cell("Draw it.")
    task.metadata.nbgrader = {
        "grade_id": "draw", "grade": False, "solution": False, "task": True, "locked": True, "points": 5,
        "schema_version": 3, "cell_type": "markdown",
    }  # fmt: skip
    notebook.cells.append(task)
    nbformat.write(notebook, assignment.notebook_file)
    problem = Assignment(assignment.course, NAME).problems["draw"]
    assert (problem.points, problem.check, problem.manual, problem.functions) == (5, "draw", True, ())
