"""Finds what students did after their mistakes, with a hint and without: what the report on hints rests on.

That a student opened the feedback of an attempt, and whether hints were in it, is kept as an event of the attempt when
they do; which mistakes the page named is in the row of the marking that it shows.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from autograder.course.assignment import Assignment
from autograder.course.results import Diagnosis, Kind, RecordError, read_record
from autograder.reports.hints.effects import Hint, Retries, Retry, Without
from autograder.server.attempts import queue
from autograder.server.attempts.storage import RECORD, Storage
from autograder.server.database import Database
from autograder.server.tables import Attempt, Event, Marking, State
from autograder.testing.diagnosis.named_anew import named_anew

log = logging.getLogger(__name__)
READ = "feedback_read"
# The page says itself how it shows hints: one that was made under other rules stays as it was.
SHOWS_HINTS = re.compile(rb'<main data-hints="(?!later")')


def note_read(database: Database, marking: Marking, page: bytes, now: datetime) -> None:
    """Keep that a student has opened the feedback page of a marking; once for each marking, and again with hints.

    Args:
        database: The server's database.
        marking: The marking that the page shows.
        page: The page.
        now: The time.
    """
    told = {"marking": marking.id, "hints": bool(SHOWS_HINTS.search(page))}
    chosen = select(Event.data).where(Event.attempt_id == marking.attempt_id, Event.kind == READ)
    try:
        with database.reading() as session:
            if told in session.scalars(chosen):
                return
        with database.writing() as session:
            queue.tell(session, marking.attempt_id, READ, now, **told)
    except SQLAlchemyError as fault:
        # With a full disk, or a database that is gone, a student can still read.
        log.warning("cannot note what is read", extra={"attempt": marking.attempt_id, "why": str(fault)})


@dataclass(frozen=True)
class Reading:
    """An opening of feedback: when, of which marking, and whether there were hints in it."""

    at: datetime
    marking: int
    hints: bool


@dataclass
class Finder:
    """Finds retries in a server's database.

    Args:
        session: Reads.
        storage: The server's files.
        assignment: The assignment.
        course_id: The course's row.
    """

    session: Session
    storage: Storage
    assignment: Assignment
    course_id: int
    _retries: list[Retry] = field(default_factory=list)
    _hints: dict[tuple[str, str], Hint] = field(default_factory=dict)
    _unopened: Counter[tuple[str, str]] = field(default_factory=Counter)
    _stopped: Counter[tuple[str, str]] = field(default_factory=Counter)
    _unread: int = 0

    def find(self) -> Retries:
        """Return what the course's students did after their mistakes."""
        mine = Attempt.course_id == self.course_id, Attempt.assignment == self.assignment.name
        marked = select(Attempt, Marking).join(Marking, Marking.id == Attempt.marking_id)
        marked = marked.where(*mine, Attempt.state == State.MARKED).order_by(Attempt.person_id, Attempt.number)
        names = select(Marking.id, Marking.mistakes).join(Attempt, Attempt.id == Marking.attempt_id).where(*mine)
        named = {row.id: row.mistakes for row in self.session.execute(names)}
        readings: dict[str, list[Reading]] = {}
        events = select(Event).join(Attempt, Attempt.id == Event.attempt_id).where(*mine, Event.kind == READ)
        for event in self.session.scalars(events):
            one = Reading(event.at, event.data["marking"], event.data["hints"])
            readings.setdefault(event.attempt_id, []).append(one)
        rows = [(attempt, marking) for attempt, marking in self.session.execute(marked)]
        for _, theirs in groupby(rows, key=lambda row: row[0].person_id):
            attempts = list(theirs)
            for (attempt, marking), after in zip(attempts, [*attempts[1:], None], strict=True):
                self._look(attempt, marking, after, readings.get(attempt.id, []), named)
        order = list(self.assignment.problems)
        hints = sorted(self._hints.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
        return Retries(self._retries, dict(hints), self._unopened, self._stopped, self._unread)

    def _look(
        self,
        attempt: Attempt,
        marking: Marking,
        after: tuple[Attempt, Marking] | None,
        readings: Sequence[Reading],
        named: dict[int, dict[str, list[str]]],
    ) -> None:
        """Look at what a student did after one attempt; ``after`` is the next one that could be marked."""
        if not any(lost(marking, problem) for problem in marking.problems):
            return
        try:
            found = list(self._mistakes(marking))
        except (OSError, RecordError) as fault:
            log.warning("record not read", extra={"attempt": attempt.id, "why": str(fault)})
            self._unread += 1
            return
        before = [one for one in readings if after is not None and one.at < after[0].received_at]
        for problem, mistake in found:
            self._hints.setdefault((problem, mistake.name), hint_of(problem, mistake))
            if after is None:
                self._stopped[problem, mistake.name] += 1
            elif not before:
                self._unopened[problem, mistake.name] += 1
            elif (fixed := is_right(after[1], problem)) is not None:
                # Of those whose pages named it; the others could show no hint for it.
                shown = [one for one in before if mistake.name in named.get(one.marking, {}).get(problem, [])]
                without = Without.SETTING if shown else Without.EDITION
                had = any(one.hints for one in shown)
                self._retries.append(
                    Retry(attempt.person_id, problem, mistake.name, attempt.number, fixed, None if had else without)
                )

    def _mistakes(self, marking: Marking) -> Iterator[tuple[str, Diagnosis]]:
        """Yield the mistakes that have a hint, with their problems, as the catalogue names them now."""
        record = named_anew(self.assignment, read_record(self.storage.marking(marking) / RECORD))
        for result in record.problems:
            for one in result.diagnoses:
                if one.kind is not Kind.NOT_ATTEMPTED and one.hint and result.id in self.assignment.problems:
                    yield result.id, one


def hint_of(problem: str, mistake: Diagnosis) -> Hint:
    """Return the hint that stands behind a mistake."""
    return Hint(problem, mistake.name, mistake.kind, str(mistake.title), str(mistake.hint))


def lost(marking: Marking, problem: str) -> bool:
    """Return whether points of a problem were lost, or it could not be marked."""
    return is_right(marking, problem) is not True


def is_right(marking: Marking, problem: str) -> bool | None:
    """Return whether a problem has all of its points; None where the grader failed on it, or it is not there."""
    score, most = marking.problems.get(problem, (None, 0.0))
    return None if score is None else bool(score >= most - 1e-9)
