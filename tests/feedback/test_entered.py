"""The page's score is the gradebook's: with an instructor's other notebooks, and with what people wrote."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from nbgrader.api import Gradebook

from autograder.course.score import Score
from autograder.feedback.entered import read_entered

NAME = "arithmetic"
ASSIGNMENT: Any = SimpleNamespace(name=NAME, notebooks=[NAME])


def test_points_of_other_notebooks_and_all_penalties_count_as_nbgrader_counts_them(url):
    with Gradebook(url) as book:
        for student in ("ada", "bob"):
            book.add_student(student)
            book.add_submission(NAME, student)
        book.find_grade("test_double", NAME, NAME, "ada").auto_score = 4.0
        book.find_grade("why", NAME, NAME, "ada").manual_score = 1.0
        book.find_grade("more", "extra", NAME, "ada").auto_score = 2.0
        book.find_comment("why", NAME, NAME, "ada").manual_comment = "*Nice*"
        book.find_submission_notebook(NAME, NAME, "ada").late_submission_penalty = 1.0
        book.find_submission_notebook("extra", NAME, "ada").late_submission_penalty = 0.5
        book.db.commit()
        submission = book.find_submission(NAME, "ada")
        assert submission.score - submission.late_submission_penalty == 5.5
    entered = read_entered(url, ASSIGNMENT, "ada")
    assert entered.score == Score(5.5, 9, 1)
    assert entered.penalty == 1.5
    assert set(entered.cells) == {"test_double", "why"}
    assert entered.comments == {"why": "*Nice*"}


def test_of_a_student_without_a_submission_the_gradebook_says_nothing(url):
    assert read_entered(url, ASSIGNMENT, "ada") is None
