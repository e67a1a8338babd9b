"""The rows of one submission are read and written by their keys, and only those that changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import event, select, update

from autograder.grading.gradebook.rows import COMMENTS, GRADES, StudentRows

NAME = "arithmetic"
ON_TIME = datetime(2026, 3, 1, 11)


@pytest.fixture
def rows(book):
    """The rows of a student who has handed in in time, in a transaction of the test's own."""
    with book.transaction() as session:
        made: Any = StudentRows(book, session, "ada")
        made.add_student()
        made.session = session
        made.submission = made.submit(ON_TIME)
        yield made


def give(points):
    """Return a change that gives a cell points."""

    def change(cell, row):
        row.auto_score, row.needs_manual_grade = points, False

    return change


def test_a_student_is_known_once_added(book):
    with book.transaction() as session:
        rows = StudentRows(book, session, "ada")
        assert (rows.known(), rows.submitted()) == (False, None)
        rows.add_student()
        assert (rows.known(), rows.submitted()) == (True, None)


def test_a_second_submission_is_the_first_with_another_time_if_it_says_one(rows):
    times = []
    for time in (None, ON_TIME + timedelta(hours=1)):
        assert rows.submit(time) == rows.submission == rows.submitted()
        times.append(rows.session.scalar(select(SubmittedAssignment.timestamp)))
    assert times == [ON_TIME, ON_TIME + timedelta(hours=1)]


def test_notebooks_are_added_once_and_only_where_that_is_asked(rows, book):
    assert rows.notebooks(rows.submission) == {}
    added = rows.notebooks(rows.submission, add=True)
    assert added.keys() == set(book.notebooks.values())
    assert rows.notebooks(rows.submission, add=True) == rows.notebooks(rows.submission) == added


def test_every_cell_gets_a_row_as_nbgrader_has_it(rows, book):
    notebooks = rows.notebooks(rows.submission, add=True)
    rows.edit(GRADES, notebooks, lambda _cell, _row: None)
    rows.edit(COMMENTS, notebooks, lambda _cell, _row: None)
    found = rows.session.execute(select(Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade)).all()
    assert [tuple(one) for one in found] == [(None, None, True)] * 4
    assert len(rows.session.execute(select(Comment.id)).all()) == 3


def test_what_a_person_wrote_stays_and_what_did_not_change_is_not_written(rows, book):
    notebooks = rows.notebooks(rows.submission, add=True)
    rows.edit(GRADES, notebooks, give(1.0))
    rows.session.execute(update(Grade).values(manual_score=0.5))
    written = []
    engine = rows.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: written.append(given[2].split()[0]))
    rows.edit(GRADES, notebooks, give(1.0))
    assert written == ["SELECT"]
    rows.edit(GRADES, notebooks, give(2.0))
    assert {(row.auto_score, row.manual_score) for row in rows.read(GRADES, notebooks).values()} == {(2.0, 0.5)}


def test_lateness_is_counted_from_the_due_date_and_the_students_extension(rows):
    assert rows.seconds_late(rows.submission) == 0
    rows.submit(ON_TIME + timedelta(hours=3))
    assert rows.seconds_late(rows.submission) == 2 * 3600
    rows.session.execute(update(SubmittedAssignment).values(extension=timedelta(hours=1)))
    assert rows.seconds_late(rows.submission) == 3600


def test_a_submission_without_a_time_is_not_late(book):
    with book.transaction() as session:
        rows = StudentRows(book, session, "bea")
        rows.add_student()
        assert rows.seconds_late(rows.submit(None)) == 0


@pytest.mark.parametrize("penalty", [1.5, None])
def test_a_penalty_is_set_or_taken_away(rows, book, penalty):
    key = rows.notebooks(rows.submission, add=True)[book.notebooks[NAME]]
    rows.penalise(key, 9.0)
    rows.penalise(key, penalty)
    chosen = select(SubmittedNotebook.late_submission_penalty).where(SubmittedNotebook.id == key)
    assert rows.session.scalar(chosen) == penalty
