"""Decides which attempt counts, whenever something has changed on which that depends.

The marker enters the one that counts into the gradebook; see `autograder.server.marking.entering`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.course.handing_in import Marked, Rules, costs, lateness, which_counts
from autograder.server.attempts import queue
from autograder.server.database import Database
from autograder.server.tables import Attempt, Enrolment, Extension, Marking, State


def extended_due(session: Session, course_id: int, assignment: str, person_id: int) -> datetime | None:
    """Return the due time that a student was given; None without an extension."""
    return session.scalar(
        select(Extension.due_at)
        .where(Extension.course_id == course_id, Extension.assignment == assignment, Extension.person_id == person_id)
        .order_by(Extension.id.desc())
        .limit(1)
    )


def attempts_of(session: Session, course_id: int, assignment: str, person_id: int) -> list[Attempt]:
    """Return a student's attempts of an assignment, the first one first."""
    chosen = select(Attempt).where(
        Attempt.course_id == course_id, Attempt.assignment == assignment, Attempt.person_id == person_id
    )
    return list(session.scalars(chosen.order_by(Attempt.number)))


def spent_by(attempts: Iterable[Attempt]) -> list[datetime]:
    """Return when those of a student's attempts came that cost one."""
    return [
        one.received_at
        for one in attempts
        if costs(refused=one.state is State.REFUSED, system_fault=one.state is State.FOR_A_PERSON)
    ]


def lock_student(session: Session, course_id: int, person_id: int) -> None:
    """Let one change of a student's through at a time, where the database has many writers; SQLite has one."""
    session.execute(
        select(Enrolment.person_id)
        .where(Enrolment.course_id == course_id, Enrolment.person_id == person_id)
        .with_for_update()
    )


def recount(
    session: Session, rules: Rules, course_id: int, assignment: str, person_id: int, now: datetime
) -> Attempt | None:
    """Decide anew which of a student's attempts counts, and how late each is; return the one that counts.

    Args:
        session: The transaction of whatever has changed: an attempt was marked or chosen, an extension was given.
        rules: The assignment's.
        course_id: The course.
        assignment: The assignment.
        person_id: The student.
        now: The time.
    """
    lock_student(session, course_id, person_id)
    attempts = attempts_of(session, course_id, assignment, person_id)
    extended = extended_due(session, course_id, assignment, person_id)
    scores = _scores(session, attempts)
    chosen = which_counts(
        rules,
        [
            Marked(
                one.id,
                one.number,
                one.received_at,
                scores.get(one.id) if one.state is State.MARKED else None,
                one.state is State.REFUSED,
                one.chosen_at,
            )
            for one in attempts
        ],
        extended,
    )
    found = None
    for one in attempts:
        late = lateness(rules, one.received_at, extended).seconds
        counts = one.id == chosen
        if counts:
            found = one
        if (chosen and not counts) or (counts and (not one.counts or late != one.late_seconds)):
            # What is in the gradebook is of another attempt, or of another lateness. Where nothing counts any longer,
            # what is there stays known: its points have to be taken off.
            one.entered_at = None
        if counts and not one.counts:
            queue.tell(session, one.id, "counts", now)
        one.counts, one.late_seconds = counts, late
    return found


def _scores(session: Session, attempts: list[Attempt]) -> dict[str, float]:
    """Return the automatic points of attempts that are marked, by id."""
    ids = [one.marking_id for one in attempts if one.marking_id is not None]
    if not ids:
        return {}
    rows = session.execute(select(Marking.attempt_id, Marking.score).where(Marking.id.in_(ids)))
    return {attempt: score for attempt, score in rows}  # noqa: C416  # rows are no tuples


@dataclass(frozen=True)
class Entry:
    """An attempt that counts and is not in the gradebook; or one that is there, and nothing of its student counts.

    Attributes:
        attempt: The attempt.
        marking: The marking that counts for it.
    """

    attempt: Attempt
    marking: Marking


def to_enter(database: Database, course_id: int, assignment: str) -> list[Entry]:
    """Return what has to be entered, the longest waiting first."""
    chosen = (
        select(Attempt, Marking)
        .join(Marking, Attempt.marking_id == Marking.id)
        .where(
            Attempt.course_id == course_id,
            Attempt.assignment == assignment,
            # See `recount`.
            Attempt.counts == Attempt.entered_at.is_(None),
            Attempt.state.in_([State.MARKED, State.REFUSED]),
        )
        .order_by(Marking.id)
    )
    with database.reading() as session:
        return [Entry(attempt, marking) for attempt, marking in session.execute(chosen)]
