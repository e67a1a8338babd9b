"""Shows staff what students ask to be looked at again, and takes the answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from autograder.server.accounts import audit, people
from autograder.server.accounts.access import Staff
from autograder.server.attempts import regrade_requests
from autograder.server.pages.frame import go
from autograder.server.pages.staff.frame import IN_COURSE, address, show
from autograder.server.server import Key, Serves, not_found
from autograder.server.tables import Attempt, RegradeRequest, RequestState

router = APIRouter(include_in_schema=False)
# Answered ones that are listed.
LISTED = 100


@router.get(IN_COURSE + "/requests")
def requests_page(request: Request, member: Staff, serves: Serves) -> Response:
    """Show the requests of a course, those that wait for an answer first."""
    chosen = (
        select(RegradeRequest)
        .options(joinedload(RegradeRequest.attempt))
        .join(Attempt, RegradeRequest.attempt_id == Attempt.id)
        .where(Attempt.course_id == member.course.id)
    )
    open_ = RegradeRequest.state == RequestState.OPEN
    with serves.database.reading() as session:
        waiting = session.scalars(chosen.where(open_).order_by(RegradeRequest.at)).all()
        answered = session.scalars(chosen.where(~open_).order_by(RegradeRequest.answered_at.desc()).limit(LISTED)).all()
        logins = people.logins_of(session, {one.answered_by_id for one in answered if one.answered_by_id is not None})
    return show(
        request, "requests.html.j2", member, "Requests", tab="requests", waiting=waiting, answered=answered,
        logins=logins, text_max=regrade_requests.TEXT_MAX,
    )  # fmt: skip


@router.post(IN_COURSE + "/requests/{request_id}")
def answer(
    request_id: Key,
    member: Staff,
    serves: Serves,
    decision: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
) -> Response:
    """Answer a request."""
    now = serves.clock()
    decisions = {one.value: one for one in (RequestState.UPHELD, RequestState.DECLINED)}
    with serves.database.writing() as session:
        one = regrade_requests.find(session, request_id)
        attempt = session.get_one(Attempt, one.attempt_id)
        if attempt.course_id != member.course.id:
            raise not_found()
        regrade_requests.answer(one, decisions.get(decision, RequestState.OPEN), text, member.who.person.id, now)
        audit.note(
            session, now, member.who, f"request.{one.state.value}", f"attempt/{attempt.id}", course_id=member.course.id
        )
    return go(address(member, "requests"), "answered")
