"""Students ask that a person look at a mark again, and staff answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.i18n.messages import say
from autograder.server.errors import RequestError
from autograder.server.server import not_found
from autograder.server.tables import Attempt, RegradeRequest, RequestState, State

# Characters of a request or an answer; open requests of one attempt.
TEXT_MAX, OPEN_MAX = 5_000, 5


def requests_of(session: Session, attempt_id: str) -> list[RegradeRequest]:
    """Return the requests about an attempt, the oldest first."""
    chosen = select(RegradeRequest).where(RegradeRequest.attempt_id == attempt_id)
    return list(session.scalars(chosen.order_by(RegradeRequest.id)))


def ask(
    session: Session, attempt: Attempt, problem: str, text: str, known: frozenset[str], now: datetime
) -> RegradeRequest:
    """Keep a student's request.

    Args:
        session: A transaction, which the caller commits.
        attempt: Of which attempt.
        problem: Of which of its problems; empty for the whole of it.
        text: What they think is marked wrongly, and why.
        known: The assignment's problems.
        now: The time.

    Raises:
        RequestError: It cannot be kept.
    """
    text = checked(text)
    if problem and problem not in known:
        raise RequestError(
            422,
            "no-such-problem",
            say("There is no problem {problem} in this assignment.", problem=problem[:50]),
            say("Choose one of the list."),
        )
    if attempt.state in (State.QUEUED, State.MARKING):
        raise RequestError(409, "not-marked-yet", say("This attempt is not marked yet."), say("Wait until it is."))
    open_ = select(func.count()).where(
        RegradeRequest.attempt_id == attempt.id, RegradeRequest.state == RequestState.OPEN
    )
    if (session.scalar(open_) or 0) >= OPEN_MAX:
        raise RequestError(
            409,
            "too-many-requests",
            say("{number} requests about this attempt wait for an answer already.", number=OPEN_MAX),
            say("Wait for the answers, or withdraw one of them."),
        )
    made = RegradeRequest(attempt_id=attempt.id, problem=problem, text=text, at=now, state=RequestState.OPEN)
    session.add(made)
    session.flush()
    return made


def checked(text: str) -> str:
    """Return the text of a request or an answer as it is kept.

    Raises:
        RequestError: It is empty, or too long.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise RequestError(
            422, "no-text", say("The text is empty."), say("Write what you think is marked wrongly, and why.")
        )
    if len(text) > TEXT_MAX:
        raise RequestError(
            422,
            "too-long",
            say("The text has {number} characters, and at most {most} are taken.", number=len(text), most=TEXT_MAX),
            say("Say it more shortly."),
        )
    return text


def find(session: Session, request_id: int, attempt_id: str | None = None) -> RegradeRequest:
    """Return a request, locked until the transaction's end.

    Args:
        session: A transaction.
        request_id: Its id.
        attempt_id: The attempt that it has to be about; None for any.

    Raises:
        RequestError: There is none.
    """
    found = session.get(RegradeRequest, request_id, with_for_update=True)
    if found is None or attempt_id not in (None, found.attempt_id):
        raise not_found()
    return found


def withdraw(request: RegradeRequest, now: datetime) -> None:
    """Take a request back.

    Raises:
        RequestError: It was answered already.
    """
    _check_open(request)
    request.state, request.answered_at = RequestState.WITHDRAWN, now


def answer(request: RegradeRequest, state: RequestState, text: str, by_id: int, now: datetime) -> None:
    """Answer a request.

    Args:
        request: The request, locked.
        state: Upheld, when the mark is changed, or declined.
        text: The answer, for the student.
        by_id: Who answers.
        now: The time.

    Raises:
        RequestError: It was answered or withdrawn already, or there is no answer.
    """
    _check_open(request)
    if state not in (RequestState.UPHELD, RequestState.DECLINED):
        raise RequestError(422, "no-decision", say("It has to be upheld or declined."), say("Choose one of them."))
    request.answer = checked(text)
    request.state, request.answered_by_id, request.answered_at = state, by_id, now


def _check_open(request: RegradeRequest) -> None:
    if request.state is not RequestState.OPEN:
        raise RequestError(
            409, "decided", say("This request was answered or withdrawn already."), say("Load the page again.")
        )
