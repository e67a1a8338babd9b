"""A course with one assignment of two problems, and students in its gradebook."""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook

from autograder.course.course import CONFIG, Course


@pytest.fixture
def course(tmp_path, monkeypatch):
    (tmp_path / CONFIG).write_text('c = get_config()\nc.CourseDirectory.feedback_directory = "classroom/feedback"\n')
    (tmp_path / "classroom").mkdir()
    monkeypatch.chdir(tmp_path)
    return Course(tmp_path)


@pytest.fixture
def gradebook(course):
    with Gradebook(f"sqlite:///{course.classroom / 'gradebook.db'}") as book:
        book.add_assignment("sums")
        book.add_notebook("sums", "sums")
        for name, points in (("test_add", 4), ("test_train", 6)):
            book.add_grade_cell(name, "sums", "sums", max_score=points, cell_type="code")
        yield book


@pytest.fixture
def mark(gradebook):
    """A function that gives a student points for the two problems; None where the grader failed."""

    def give(student, add=4.0, train=6.0, **about):
        gradebook.update_or_create_student(student, **about)
        gradebook.update_or_create_submission("sums", student)
        for name, score in (("test_add", add), ("test_train", train)):
            gradebook.find_grade(name, "sums", "sums", student).auto_score = score
        gradebook.db.commit()

    return give


@pytest.fixture
def question(gradebook):
    """A written question of 5 points, which waits for a person in every submission."""
    gradebook.add_grade_cell("essay", "sums", "sums", max_score=5, cell_type="markdown")
    gradebook.add_solution_cell("essay", "sums", "sums")
