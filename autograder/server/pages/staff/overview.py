"""Shows staff what is going on in a course, what needs a person first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.course.assignment import Assignment
from autograder.server.accounts.access import Staff
from autograder.server.api.regrades import again
from autograder.server.pages.frame import go
from autograder.server.pages.staff.frame import IN_COURSE, address, show
from autograder.server.server import Serves
from autograder.server.tables import (
    Attempt,
    Enrolment,
    Job,
    JobKind,
    Regrade,
    RegradeRequest,
    RegradeState,
    RequestState,
    Role,
    State,
)

router = APIRouter(include_in_schema=False)
# Attempts of each kind that are listed; the class's table has all.
LISTED = 50


@dataclass(frozen=True)
class Failed:
    """An attempt on which the grader failed, with what went wrong."""

    attempt: Attempt
    fault: str


@dataclass(frozen=True)
class Overview:
    """What is going on in an assignment.

    Attributes:
        assignment: The assignment.
        states: How many attempts are in which state.
        handed_in: How many students have handed in.
        failed: Those on which the grader failed.
        refused: Newest attempts of students that could not be marked.
        waits_to_enter: How many that count are not in the gradebook yet.
        requests: How many requests of students wait for an answer.
        regrades: How many regrades wait for a decision.
    """

    assignment: Assignment
    states: dict[State, int]
    handed_in: int
    failed: Sequence[Failed]
    refused: Sequence[Attempt]
    waits_to_enter: int
    requests: int
    regrades: int


def overview(session: Session, course_id: int, assignment: Assignment) -> Overview:
    """Return what is going on in an assignment."""
    here = (Attempt.course_id == course_id, Attempt.assignment == assignment.name)
    states = session.execute(select(Attempt.state, func.count()).where(*here).group_by(Attempt.state))
    newest = (
        select(func.max(Attempt.number).label("number"), Attempt.person_id).where(*here).group_by(Attempt.person_id)
    )
    last = newest.subquery()
    is_last = (last.c.person_id == Attempt.person_id) & (last.c.number == Attempt.number)
    refused = select(Attempt).join(last, is_last).where(*here, Attempt.state == State.REFUSED)
    fault = (
        select(Job.fault)
        .where(Job.attempt_id == Attempt.id, Job.kind == JobKind.LIVE)
        .order_by(Job.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    failed = select(Attempt, fault).where(*here, Attempt.state == State.FOR_A_PERSON)
    by_time = Attempt.received_at.desc()
    requests = select(func.count()).join(Attempt).where(*here, RegradeRequest.state == RequestState.OPEN)
    regrades = select(func.count()).where(
        Regrade.course_id == course_id, Regrade.assignment == assignment.name, Regrade.state == RegradeState.PREVIEW
    )
    waits = select(func.count()).where(
        *here, Attempt.counts, Attempt.entered_at.is_(None), Attempt.state.in_([State.MARKED, State.REFUSED])
    )
    return Overview(
        assignment=assignment,
        states={row[0]: row[1] for row in states},
        handed_in=session.scalar(select(func.count(Attempt.person_id.distinct())).where(*here)) or 0,
        failed=[Failed(*row) for row in session.execute(failed.order_by(by_time).limit(LISTED))],
        refused=session.scalars(refused.order_by(by_time).limit(LISTED)).all(),
        waits_to_enter=session.scalar(waits) or 0,
        requests=session.scalar(requests.select_from(RegradeRequest)) or 0,
        regrades=session.scalar(regrades) or 0,
    )


@router.get(IN_COURSE + "/")
def overview_page(request: Request, member: Staff, serves: Serves) -> Response:
    """Show what is going on in a course."""
    with serves.database.reading() as session:
        found = [overview(session, member.course.id, one) for one in member.course.assignments.values()]
        students = select(func.count()).where(
            Enrolment.course_id == member.course.id, Enrolment.role == Role.STUDENT, Enrolment.ended_at.is_(None)
        )
        number = session.scalar(students.select_from(Enrolment)) or 0
    return show(
        request, "overview.html.j2", member, "Staff", tab="overview", overviews=found, students=number, State=State
    )


@router.post(IN_COURSE + "/{assignment}/attempts/{attempt_id}/marked-again")
def mark_again(assignment: str, attempt_id: str, member: Staff, serves: Serves) -> Response:
    """Mark an attempt again on which the grader failed."""
    again(serves, member, assignment, attempt_id)
    return go(address(member, ""), "marked-again")
