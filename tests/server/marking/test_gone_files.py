"""What retention has deleted is not marked again: it keeps the marks that it has."""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from autograder.server.marking.marker import Marker
from autograder.server.marking.order import Order
from autograder.server.tables import Attempt, Job, JobKind, JobState, State
from tests.server.operating.test_metrics import NAME, add_job
from tests.support.school import School


def marker_of(school: School) -> Marker:
    course = school.server.courses["vision"]
    order = Order("marker", str(school.server.data), school.database.url, course.id, "vision", "", NAME)
    none: Any = SimpleNamespace()
    return Marker(order, school.database, school.server.storage, course, none, none, school.clock)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [(JobKind.REGRADE, State.MARKED, State.MARKED), (JobKind.LIVE, State.QUEUED, State.FOR_A_PERSON)],
)
def test_an_attempt_without_its_files_is_given_up_at_once(school, kind, before, after):
    gone, there = school.attempt("ada", state=before), school.attempt("ben", state=State.QUEUED)
    school.server.storage.begin_attempt(there)
    job = add_job(school, gone, kind=kind, state=JobState.QUEUED)
    add_job(school, there, state=JobState.QUEUED)
    tickets = list(marker_of(school).take(4))
    assert [ticket.submission.student for ticket in tickets] == ["ben"]
    with school.database.reading() as session:
        row = session.get_one(Job, job)
        assert (row.state, row.fault) == (JobState.GIVEN_UP, "what was handed in is not there any longer")
        assert session.scalars(select(Attempt.state).where(Attempt.id == gone)).one() is after
