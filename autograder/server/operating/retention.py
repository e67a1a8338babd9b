"""Deletes what the server has kept for as long as its settings say: first it is shown, then it is deleted.

Receipts, marks and the audit trail stay, and so does whoever has handed in what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from autograder.course.course import CONFIG, Course
from autograder.course.handing_in import read_rules
from autograder.server.attempts.storage import Storage
from autograder.server.events import LAST
from autograder.server.operating.backup import Place
from autograder.server.operating.log import LOGS
from autograder.server.settings import read_settings
from autograder.server.tables import (
    Attempt,
    AuditLine,
    BrowserSession,
    Event,
    Extension,
    Marking,
    RegradeRequest,
    RequestState,
    State,
    Token,
)
from autograder.server.tables import Course as CourseRow


@dataclass(frozen=True)
class Old:
    """What is older than it need be.

    Attributes:
        attempts: The ids of attempts whose files are.
        bytes: The size of these.
        assignments: What they are of, with the day on which that ended.
        logs: Logs.
        before: Sessions and tokens that ended before that time, and steps of attempts of before.
        sessions: How many sessions.
        tokens: How many tokens.
        steps: How many steps of attempts.
    """

    attempts: tuple[str, ...]
    bytes: int
    assignments: tuple[str, ...]
    logs: tuple[Path, ...]
    before: datetime
    sessions: int
    tokens: int
    steps: int

    def __str__(self) -> str:
        """Return it for people."""
        of = f" ({', '.join(self.assignments)})" if self.assignments else ""
        return "\n".join(
            [
                f"files of {len(self.attempts)} attempts, {self.bytes / 1e6:.1f} MB{of}",
                f"{len(self.logs)} logs",
                f"{self.sessions} sessions and {self.tokens} tokens that have ended",
                f"{self.steps} steps of attempts that are done",
            ]
        )


def find_old(place: Place, now: datetime) -> Old:
    """Return what is older than the server's settings let it be.

    Raises:
        CourseError: A course's rules are wrong: when it ends is not known.
    """
    keep, storage = read_settings(place.data).retention, Storage(place.data)
    before = now - timedelta(days=keep.ended_days)
    with place.opened() as database, database.reading() as session:
        attempts, ended = _old_attempts(session, storage, now - timedelta(days=keep.attempts_days))
        sessions, tokens, steps = (
            session.scalar(select(func.count()).select_from(table).where(chosen)) or 0
            for table, chosen in _ended(before).items()
        )
    oldest = (now - timedelta(days=keep.logs_days)).timestamp()
    logs = tuple(file for file in sorted((place.data / LOGS).glob("*")) if file.stat().st_mtime < oldest)
    size = sum(file.stat().st_size for one in attempts for file in storage.attempt(one).rglob("*") if file.is_file())
    return Old(tuple(attempts), size, tuple(ended), logs, before, sessions, tokens, steps)


def _old_attempts(session: Session, storage: Storage, before: datetime) -> tuple[list[str], list[str]]:
    """Return the attempts of assignments that ended earlier, whose files are there, and what they are of."""
    found: list[str] = []
    ended: list[str] = []
    for row in session.scalars(select(CourseRow).order_by(CourseRow.slug)):
        closing = _closing_times(row)
        names = session.scalars(select(Attempt.assignment).where(Attempt.course_id == row.id).distinct())
        for name in sorted(names):
            end = _end(session, row.id, name, closing.get(name))
            if end >= before or _is_open(session, row.id, name):
                continue
            of_it = select(Attempt.id).where(Attempt.course_id == row.id, Attempt.assignment == name)
            there = [one for one in session.scalars(of_it) if storage.attempt(one).is_dir()]
            if there:
                found += there
                ended.append(f"{row.slug}/{name}, ended {end:%Y-%m-%d}")
    return found, ended


def _closing_times(row: CourseRow) -> dict[str, datetime]:
    """Return when a course's assignments close, as far as its folder is there and says it."""
    if not Path(row.root, CONFIG).is_file():
        return {}
    times = {name: rules.closes() for name, rules in read_rules(Course(Path(row.root))).items()}
    return {name: time for name, time in times.items() if time is not None}


def _end(session: Session, course_id: int, assignment: str, closes: datetime | None) -> datetime:
    """Return when an assignment ended: when it closed, for whom it closed last, or something came or was marked."""
    here = (Attempt.course_id == course_id, Attempt.assignment == assignment)
    times = [
        closes,
        session.scalar(select(func.max(Attempt.received_at)).where(*here)),
        session.scalar(select(func.max(Marking.made_at)).join(Attempt, Marking.attempt_id == Attempt.id).where(*here)),
        session.scalar(
            select(func.max(Extension.due_at)).where(
                Extension.course_id == course_id, Extension.assignment == assignment
            )
        ),
    ]
    return max(time for time in times if time is not None)


def _is_open(session: Session, course_id: int, assignment: str) -> bool:
    """Return whether something waits to be marked, or to be answered."""
    here = and_(Attempt.course_id == course_id, Attempt.assignment == assignment)
    waits = select(Attempt.id).where(here, Attempt.state.in_([State.QUEUED, State.MARKING])).limit(1)
    asks = (
        select(RegradeRequest.id)
        .join(Attempt, RegradeRequest.attempt_id == Attempt.id)
        .where(here, RegradeRequest.state == RequestState.OPEN)
        .limit(1)
    )
    return session.scalar(waits) is not None or session.scalar(asks) is not None


def _ended(before: datetime) -> dict[type[BrowserSession | Token | Event], ColumnElement[bool]]:
    """Return which rows ended before a time, by table."""
    done = select(Attempt.id).where(Attempt.state.not_in([State.QUEUED, State.MARKING]))
    return {
        BrowserSession: BrowserSession.expires_at < before,
        Token: or_(Token.expires_at < before, Token.revoked_at < before),
        # The last step stays, by which whoever watches sees that nothing more comes.
        Event: and_(Event.at < before, Event.kind.not_in(LAST), Event.attempt_id.in_(done)),
    }


def carry_out(place: Place, old: Old, now: datetime) -> None:
    """Delete what was found old.

    Raises:
        CourseError: A backup is being made.
    """
    storage = Storage(place.data)
    with place.alone(), place.opened() as database:
        with database.writing() as session:
            for table, chosen in _ended(old.before).items():
                session.execute(delete(table).where(chosen))
            session.add(
                AuditLine(
                    at=now,
                    action="retention.deleted",
                    object="server",
                    detail={"attempts": len(old.attempts), "of": list(old.assignments), "logs": len(old.logs)},
                )
            )
        for attempt in old.attempts:
            storage.forget_attempt(attempt)
        for file in old.logs:
            file.unlink(missing_ok=True)
