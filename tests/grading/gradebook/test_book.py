"""The gradebook is opened once: what it knows of an assignment, and transactions that hold as a whole."""

from __future__ import annotations

from datetime import datetime

import pytest
from nbgrader.api import Student
from sqlalchemy import create_engine, insert, select

from autograder.course.course import CourseError
from autograder.grading.gradebook.book import Book

NAME = "arithmetic"


def test_cells_of_all_notebooks_are_known_with_their_points_and_provided_ones_are_not(book):
    there = {
        (cell.name, cell.kind, cell.max_score, {key: name for name, key in book.notebooks.items()}[cell.notebook])
        for cell in book.cells
    }
    assert there == {
        ("double", "SolutionCell", 0, NAME),
        ("test_double", "GradeCell", 4, NAME),
        ("why", "GradeCell", 3, NAME),
        ("why", "SolutionCell", 0, NAME),
        ("extra.more", "GradeCell", 2, "extra"),
        ("extra.task", "TaskCell", 1, "extra"),
    }


def test_the_instructors_cells_are_those_of_the_notebook_that_is_marked(book):
    assert sorted(cell.name for cell in book.known.cells) == ["double", "test_double", "why"]


def test_a_transaction_is_kept_as_a_whole_or_not_at_all(book):
    def break_off():
        with book.transaction() as session:
            session.execute(insert(Student), [{"id": "ada"}])
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        break_off()
    with book.transaction() as session:
        session.execute(insert(Student), [{"id": "bea"}])
    with book.transaction() as session:
        assert session.scalars(select(Student.id)).all() == ["bea"]


def test_a_due_date_that_is_changed_in_the_middle_of_a_run_counts_from_then_on(book, url):
    with book.transaction() as session:
        assert book.duedate(session) == datetime(2026, 3, 1, 12)
    other = create_engine(url)
    with other.begin() as connection:
        connection.exec_driver_sql("update assignment set duedate = null")
    other.dispose()
    with book.transaction() as session:
        assert book.duedate(session) is None


@pytest.mark.parametrize("kind", ["no file", "no tables", "another assignment"])
def test_an_assignment_that_is_not_in_the_gradebook_is_released_first(kind, url, tmp_path):
    file = tmp_path / "other.db"
    if kind == "no tables":
        file.touch()
    place, name = (url, "other") if kind == "another assignment" else (f"sqlite:///{file}", NAME)
    with pytest.raises(CourseError, match=f"{name} is not in the gradebook: run `autograder release {name}`"):
        Book(place, "cs231n", name)
    assert file.exists() is (kind == "no tables")
