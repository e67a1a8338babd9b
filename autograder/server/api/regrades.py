"""Marking again: staff see what would change, and apply it or not; students ask for another look at a mark."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from autograder.i18n.messages import say
from autograder.server.accounts import audit
from autograder.server.accounts.access import Instructor, Member, OwnAttempt, Staff, Theirs
from autograder.server.api import API
from autograder.server.attempts import queue, regrade_requests
from autograder.server.attempts.attempt_view import view
from autograder.server.errors import RequestError
from autograder.server.marking import regrade
from autograder.server.marking.regrade import Preview
from autograder.server.server import Key, Server, Serves, not_found
from autograder.server.tables import Attempt, JobKind, Regrade, State

router = APIRouter(prefix=API, tags=["regrades"])
IN_COURSE = "/courses/{course}"
# Characters of a reason; students of one regrade that are named.
REASON_MAX, STUDENTS_MAX = 1_000, 10_000


class NewRegrade(BaseModel):
    """A regrade that is asked for."""

    students: list[str] | None = Field(
        None, max_length=STUDENTS_MAX, description="Ids of students; without: all who have handed in."
    )
    reason: str = Field("", max_length=REASON_MAX, description="Why, for those who read it later.")


class NewRequest(BaseModel):
    """A request that a person look at a mark again."""

    text: str = Field(max_length=2 * regrade_requests.TEXT_MAX, description="What is marked wrongly, and why.")
    problem: str = Field("", max_length=200, description="The problem; empty for the whole attempt.")


@router.post(IN_COURSE + "/assignments/{assignment}/regrades", status_code=201)
def start(assignment: str, asked: NewRegrade, member: Staff, serves: Serves) -> dict[str, Any]:
    """Mark attempts again, for each student the one that counts. Nothing changes before it is applied."""
    member.course.assignment(assignment)
    made = begin(serves, member, assignment, asked.students, asked.reason)
    return show(made, member, serves)


def begin(serves: Server, member: Member, assignment: str, students: list[str] | None, reason: str) -> int:
    """Start a regrade, and return its key.

    Args:
        serves: The server.
        member: Who starts it.
        assignment: The assignment.
        students: Whose; None for all who have handed in.
        reason: Why.

    Raises:
        RequestError: A student has handed in nothing, or there is nothing to mark again.
    """
    now = serves.clock()
    with serves.database.writing() as session:
        attempts = regrade.counted(session, member.course.id, assignment)
        if students is not None:
            _check_known(students, {one.student for one in attempts})
            attempts = [one for one in attempts if one.student in set(students)]
        by = member.who.person.id
        made = regrade.start(session, member.course.id, assignment, attempts, by, reason.strip()[:REASON_MAX], now)
        what, number = f"regrade/{made.id}", len(attempts)
        audit.note(
            session, now, member.who, "regrade.started", what, course_id=member.course.id, assignment=assignment,
            attempts=number, reason=made.reason,
        )  # fmt: skip
        key = made.id
    serves.wake(member.course.id, assignment)
    return key


def _check_known(wanted: list[str], known: set[str]) -> None:
    if not wanted:
        raise RequestError(422, "nobody", say("Nobody was named."), say("Name students by their ids, or choose all."))
    if unknown := [one for one in wanted if one not in known]:
        raise RequestError(
            422,
            "unknown-students",
            say("These have handed in nothing: {students}.", students=unknown[:20]),
            say("Name students by their ids, as the class's table has them."),
        )


@router.get(IN_COURSE + "/regrades/{regrade_id}")
def show(regrade_id: Key, member: Staff, serves: Serves) -> dict[str, Any]:
    """What a regrade would change, as far as it is marked; of one that was applied, what it changed."""
    with serves.database.reading() as session:
        seen = regrade.preview(session, regrade.find(session, member.course.id, regrade_id))
    return as_json(seen)


def as_json(seen: Preview) -> dict[str, Any]:
    """Return what a regrade would change, for programs."""
    one = seen.regrade
    return {
        "id": one.id,
        "assignment": one.assignment,
        "state": one.state,
        "reason": one.reason,
        "at": one.at,
        "attempts": len(seen.attempts),
        "waiting": seen.waiting,
        "failed": [row.attempt.student for row in seen.failed],
        "gained": seen.gained,
        "lost": seen.lost,
        "changes": [
            {
                "student": row.attempt.student,
                "attempt": row.attempt.id,
                "before": row.old.score if row.old else None,
                "after": row.new.score if row.new else None,
                "problems": {move.problem: [move.before, move.after] for move in row.moves},
                "named": row.named,
                "no_longer_named": row.unnamed,
            }
            for row in seen.moving
        ],
    }


@router.post(IN_COURSE + "/regrades/{regrade_id}/apply")
def apply(regrade_id: Key, member: Instructor, serves: Serves) -> dict[str, Any]:
    """Let a regrade's results count."""
    decide(serves, member, regrade_id, applied=True)
    return show(regrade_id, member, serves)


@router.post(IN_COURSE + "/regrades/{regrade_id}/cancel")
def cancel(regrade_id: Key, member: Staff, serves: Serves) -> dict[str, Any]:
    """Leave all marks as they are."""
    decide(serves, member, regrade_id, applied=False)
    return show(regrade_id, member, serves)


def decide(serves: Server, member: Member, regrade_id: int, *, applied: bool) -> None:
    """Apply a regrade, or cancel it.

    Raises:
        RequestError: It was decided already, or cannot be applied yet.
    """
    now = serves.clock()
    with serves.database.writing() as session:
        one: Regrade = regrade.find(session, member.course.id, regrade_id)
        changed: list[Attempt] = []
        if applied:
            changed = regrade.apply(session, member.course.rules(one.assignment), one, now)
        else:
            regrade.cancel(session, one, now)
        audit.note(
            session, now, member.who, f"regrade.{one.state.value}", f"regrade/{one.id}", course_id=member.course.id,
            assignment=one.assignment, attempts=len(changed),
        )  # fmt: skip
        assignment = one.assignment
    serves.wake(member.course.id, assignment)


@router.post(IN_COURSE + "/assignments/{assignment}/attempts/{attempt_id}/mark-again", status_code=202)
def mark_again(assignment: str, attempt_id: str, member: Staff, serves: Serves) -> dict[str, Any]:
    """Mark an attempt again on which the grader failed; what was marked is marked again by a regrade."""
    attempt = again(serves, member, assignment, attempt_id)
    with serves.database.reading() as session:
        return view(serves, session, attempt, staff=True, now=serves.clock()).as_json(member.course.slug)


def again(serves: Server, member: Member, assignment: str, attempt_id: str) -> Attempt:
    """Queue an attempt again on which the grader failed: it has no mark that a regrade could compare with.

    Raises:
        RequestError: There is no such attempt, or the grader has not failed on it.
    """
    member.course.assignment(assignment)
    now = serves.clock()
    with serves.database.writing() as session:
        attempt = session.get(Attempt, attempt_id, with_for_update=True)
        if attempt is None or (attempt.course_id, attempt.assignment) != (member.course.id, assignment):
            raise not_found()
        if attempt.state is not State.FOR_A_PERSON:
            raise RequestError(
                409,
                "not-failed",
                say("This attempt is being marked, or is marked."),
                say("Start a regrade to mark it again."),
            )
        queue.put(session, attempt, JobKind.LIVE, now)
        audit.note(
            session, now, member.who, "attempt.marked-again", f"attempt/{attempt.id}", course_id=member.course.id
        )
    serves.wake(member.course.id, assignment)
    return attempt


@router.post("/attempts/{attempt}/regrade-requests", status_code=201)
def ask(asked: NewRequest, theirs: OwnAttempt, serves: Serves) -> dict[str, Any]:
    """Ask that a person look at a mark again."""
    return {"id": keep_request(serves, theirs, asked.problem, asked.text)}


def keep_request(serves: Server, theirs: Theirs, problem: str, text: str) -> int:
    """Keep a request about one's own attempt, and return its key.

    Raises:
        RequestError: It cannot be kept.
    """
    assignment = serves.course_of(theirs.attempt.course_id).assignments[theirs.attempt.assignment]
    with serves.database.writing() as session:
        attempt = session.get_one(Attempt, theirs.attempt.id)
        return regrade_requests.ask(session, attempt, problem, text, frozenset(assignment.problems), serves.clock()).id
