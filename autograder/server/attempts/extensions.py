"""Gives one student a later due time; what they have handed in already counts by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from autograder.course.handing_in import Rules, said_time
from autograder.server.accounts import audit
from autograder.server.accounts.access import Member
from autograder.server.attempts.counting import recount
from autograder.server.server import Server
from autograder.server.tables import NAME, Enrolment, Extension, Role

# The length of a reason; it is for staff.
REASON = 2_000


class ExtensionError(ValueError):
    """An extension cannot be given as it was asked for; the message says what to do."""


class NoStudentError(ExtensionError):
    """Nobody of that id is a student of the course."""


@dataclass(frozen=True)
class Given:
    """An extension that holds.

    Attributes:
        student: The student's id.
        due_at: Their due time.
        reason: Why, for staff.
        at: When it was given.
    """

    student: str
    due_at: datetime
    reason: str
    at: datetime


def read_time(rules: Rules, text: str) -> datetime:
    """Return a time that somebody has written: ISO 8601, in the zone of the rules where it names none.

    Raises:
        ExtensionError: It is none.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as fault:
        raise ExtensionError(
            f"{text!r} is no time: write one such as 2026-12-03T23:59, local time of {rules.zone}"
        ) from fault
    # An hour that comes twice is the second one, for the student's sake.
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(rules.zone), fold=1)
    try:
        return at.astimezone(UTC)
    except OverflowError as fault:
        raise ExtensionError(f"{text!r} is in a year that no calendar has: write another time") from fault


def find_student(session: Session, course_id: int, student: str) -> Enrolment | None:
    """Return a student who is in a course now, by their id."""
    if "\0" in student:  # PostgreSQL takes no such text
        return None
    chosen = select(Enrolment).options(joinedload(Enrolment.person))
    return session.scalar(
        chosen.where(
            Enrolment.course_id == course_id,
            Enrolment.student == student,
            Enrolment.role == Role.STUDENT,
            Enrolment.ended_at.is_(None),
        )
    )


def extend(server: Server, member: Member, assignment: str, student: str, due_at: datetime | None, reason: str) -> None:
    """Give a student a due time, or take it back; which attempt counts, and how late, is decided anew.

    Args:
        server: The server.
        member: Who gives it.
        assignment: The assignment.
        student: The student's id.
        due_at: The due time; None takes it back.
        reason: Why, for staff.

    Raises:
        ExtensionError: The assignment is never due, or is due later than that for everybody; `NoStudentError` where
            there is no such student.
    """
    rules, now = member.course.rules(assignment), server.clock()
    if due_at is not None and rules.due is None:
        raise ExtensionError(f"{assignment} has no due time that could be put off: set due in handing_in.toml first")
    if due_at is not None and rules.due is not None and due_at <= rules.due:
        raise ExtensionError(
            f"{said_time(rules, due_at)} is not after the due time of all, {said_time(rules, rules.due)}: write a "
            "later one"
        )
    with server.database.writing() as session:
        enrolment = find_student(session, member.course.id, student)
        if enrolment is None:
            raise NoStudentError(f"no student {student!r} is in this course: choose one of the list")
        session.add(
            Extension(
                course_id=member.course.id,
                assignment=assignment,
                person_id=enrolment.person_id,
                due_at=due_at,
                reason=reason[:REASON],
                by_id=member.who.person.id,
                at=now,
            )
        )
        session.flush()
        counting = recount(session, rules, member.course.id, assignment, enrolment.person_id, now)
        audit.note(
            session,
            now,
            member.who,
            "extension.set" if due_at else "extension.taken-back",
            f"student/{enrolment.student}/{assignment}",
            course_id=member.course.id,
            due_at=due_at.isoformat() if due_at else None,
            reason=reason[:NAME],
            counts=counting.id if counting else None,
        )
    # What counts may have changed, and has to be entered.
    server.wake(member.course.id, assignment)


def extensions_of(session: Session, course_id: int, assignment: str) -> Sequence[Given]:
    """Return the extensions of an assignment that hold, by student."""
    newest = (
        select(func.max(Extension.id))
        .where(Extension.course_id == course_id, Extension.assignment == assignment)
        .group_by(Extension.person_id)
    )
    rows = session.execute(
        select(Enrolment.student, Extension.due_at, Extension.reason, Extension.at)
        .join(
            Extension,
            (Extension.person_id == Enrolment.person_id) & (Extension.course_id == Enrolment.course_id),
        )
        .where(Extension.id.in_(newest), Extension.due_at.is_not(None))
        .order_by(Enrolment.student)
    )
    return [Given(student, due_at, reason, at) for student, due_at, reason, at in rows if due_at is not None]
