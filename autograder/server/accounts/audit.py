"""Keeps the audit trail: who saw or changed what. A line is added in the transaction of what it tells, and stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.server.accounts.access import Theirs
from autograder.server.accounts.credentials import Who
from autograder.server.server import Server
from autograder.server.tables import NAME, AuditLine

# Lines of one page.
PAGE = 100
# Within that time, looks at the same page are one.
SAME_LOOK = timedelta(minutes=10)


def note(
    session: Session,
    now: datetime,
    who: Who | None,
    action: str,
    what: str,
    *,
    course_id: int | None = None,
    **detail: Any,
) -> None:
    """Add a line.

    Args:
        session: The transaction of what is noted.
        now: The time.
        who: Who does it; None for the command line, on the server's own machine.
        action: What is done, for example ``attempt.files.read``.
        what: What it is done to, for example ``attempt/4f…``; as much of it as fits is kept.
        course_id: The course that it belongs to; None for what belongs to none.
        detail: What else a reader of the trail may ask; no secrets.
    """
    session.add(
        AuditLine(
            at=now,
            course_id=course_id,
            actor_id=who.person.id if who else None,
            action=action,
            object=what[:NAME],
            detail=detail,
            request_id=who.request_id if who else "",
        )
    )


def note_look(server: Server, who: Who, action: str, what: str, course_id: int) -> None:
    """Add a line when staff look at a page; a page that looks again by itself adds no further one for a while.

    Args:
        server: The server.
        who: Who looks.
        action: For example ``submission.read``.
        what: What is looked at.
        course_id: The course that it belongs to.
    """
    now = server.clock()
    lately = select(AuditLine.id).where(
        AuditLine.at > now - SAME_LOOK,
        AuditLine.actor_id == who.person.id,
        AuditLine.action == action,
        AuditLine.object == what[:NAME],
    )
    with server.database.reading() as session:
        if session.scalar(lately.limit(1)) is not None:
            return
    with server.database.writing() as session:
        note(session, now, who, action, what, course_id=course_id)


def note_read(server: Server, theirs: Theirs, what: str) -> None:
    """Add a line when staff read something of a student's attempt; a student's own reading is nobody's business.

    Args:
        server: The server.
        theirs: The attempt, and who reads.
        what: What they read of it, for example ``files``.
    """
    if theirs.own:
        return
    with server.database.writing() as session:
        attempt = theirs.attempt
        note(
            session,
            server.clock(),
            theirs.who,
            f"attempt.{what}.read",
            f"attempt/{attempt.id}",
            course_id=attempt.course_id,
            student=attempt.student,
        )


def lines(
    session: Session,
    course_id: int | None,
    *,
    before: int | None = None,
    action: str = "",
    actor_id: int | None = None,
) -> Sequence[AuditLine]:
    """Return lines of the trail, the newest first, at most `PAGE` of them.

    Args:
        session: Reads.
        course_id: Of this course; None: of all courses, and of what belongs to none.
        before: Only lines with a smaller id: the next page.
        action: Only what begins with this, such as ``extension``.
        actor_id: Only what this person did.
    """
    chosen = select(AuditLine).order_by(AuditLine.id.desc()).limit(PAGE)
    if course_id is not None:
        chosen = chosen.where(AuditLine.course_id == course_id)
    if before is not None:
        chosen = chosen.where(AuditLine.id < before)
    if action:
        # PostgreSQL takes no text with a null character.
        chosen = chosen.where(AuditLine.action.startswith(action.replace("\0", " "), autoescape=True))
    if actor_id is not None:
        chosen = chosen.where(AuditLine.actor_id == actor_id)
    return session.scalars(chosen).all()
