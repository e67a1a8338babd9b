"""Says what somebody may see of an attempt: the same to programs and on pages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.course.handing_in import Counts, Lateness, Rules, Shown, lateness, what_shows
from autograder.server.attempts import queue
from autograder.server.attempts.counting import extended_due
from autograder.server.attempts.queue import Place
from autograder.server.server import Server
from autograder.server.tables import Attempt, Job, Marking, State

# So old the places in the queue may be that people are told.
PLACES_SECONDS = 1.0
# Staff see what marking came to, whatever students see of it.
ALL = Shown(True, True, True, True)


@dataclass(frozen=True)
class AttemptView:
    """What somebody may see of an attempt.

    Attributes:
        attempt: The attempt.
        shown: What of the marking may be seen.
        late: How late it came, by what rules and extensions are now.
        place: Its place in the queue; None when it waits no longer.
        marking: The marking that counts for it; None before the first, and where nothing of it may be seen.
        seconds: The phases of that marking, in seconds, by name.
        counts: Whether it is the one that counts; None where that may not be seen, see `tells_which_counts`.
    """

    attempt: Attempt
    shown: Shown
    late: Lateness
    place: Place | None
    marking: Marking | None
    seconds: Mapping[str, float]
    counts: bool | None

    def as_json(self, course: str) -> dict[str, Any]:
        """Return it for programs."""
        one, marking = self.attempt, self.marking
        return {
            "id": one.id,
            "course": course,
            "assignment": one.assignment,
            "student": one.student,
            "number": one.number,
            "received_at": one.received_at.isoformat(),
            "source": one.source.value,
            "files": one.files,
            "sha256": one.sha256,
            "state": one.state.value,
            "place": None if self.place is None else self.place.ahead,
            "expected_seconds": None if self.place is None else round(self.place.seconds, 1),
            "late_seconds": self.late.seconds,
            "penalty": self.late.penalty,
            "counts": self.counts,
            "chosen": one.chosen_at is not None,
            "entered": None if self.counts is None else one.entered_at is not None,
            "shows": self.shown._asdict(),
            # Another number stands for another page.
            "feedback": one.marking_id if self.shown.feedback else None,
            "score": marking.score if marking else None,
            "max_score": marking.max_score if marking else None,
            "problems": marking.problems if marking else None,
            "waits_for_a_person": marking.waits if marking else None,
            "seconds": dict(self.seconds),
        }


def view(server: Server, session: Session, attempt: Attempt, *, staff: bool, now: datetime) -> AttemptView:
    """Return what somebody may see of an attempt.

    Args:
        server: The server.
        session: Reads the rest.
        attempt: The attempt.
        staff: Whether whoever asks is staff of its course.
        now: The time.
    """
    (found,) = views(server, session, [attempt], staff=staff, now=now)
    return found


def views(
    server: Server, session: Session, attempts: list[Attempt], *, staff: bool, now: datetime
) -> list[AttemptView]:
    """Return what somebody may see of attempts of one assignment; the queue is looked at once for all."""
    waiting = [one for one in attempts if one.state in {State.QUEUED, State.MARKING}]
    places = places_of(server, session, waiting, now)
    return [_view(server, session, one, places, staff=staff, now=now) for one in attempts]


def places_of(server: Server, session: Session, waiting: list[Attempt], now: datetime) -> Mapping[str, Place]:
    """Return the places of attempts of one assignment that wait.

    They are computed for the whole queue, at most once in `PLACES_SECONDS` unless one of these is new: in a rush, each
    of thousands of students asks for theirs.
    """
    if not waiting:
        return {}
    key = waiting[0].course_id, waiting[0].assignment
    made_at, places = server.places.get(key, (float("-inf"), {}))
    if time.monotonic() - made_at > PLACES_SECONDS or any(one.id not in places for one in waiting):
        places = queue.places(session, *key, now, server.slots)
        server.places[key] = time.monotonic(), places
    return places


def shown_of(server: Server, session: Session, attempt: Attempt, *, staff: bool, now: datetime) -> Shown:
    """Return what somebody may see of an attempt's marking."""
    if staff:
        return ALL
    rules = server.course_of(attempt.course_id).rules(attempt.assignment)
    extended = extended_due(session, attempt.course_id, attempt.assignment, attempt.person_id)
    shown = what_shows(rules, now, extended, attempt.number)
    # Why something was refused is said at once: without it nobody can hand in again.
    return shown._replace(feedback=True) if attempt.state is State.REFUSED else shown


def tells_which_counts(rules: Rules, shown: Shown) -> bool:
    """Return whether somebody may see which attempt counts: that it is the best one tells of points."""
    return shown.scores or rules.counts is not Counts.BEST


def _view(
    server: Server, session: Session, attempt: Attempt, places: Mapping[str, Place], *, staff: bool, now: datetime
) -> AttemptView:
    rules = server.course_of(attempt.course_id).rules(attempt.assignment)
    extended = extended_due(session, attempt.course_id, attempt.assignment, attempt.person_id)
    shown = shown_of(server, session, attempt, staff=staff, now=now)
    marking = session.get(Marking, attempt.marking_id) if attempt.marking_id is not None and shown.scores else None
    seconds = session.scalar(select(Job.seconds).where(Job.id == marking.job_id)) if marking else None
    return AttemptView(
        attempt,
        shown,
        lateness(rules, attempt.received_at, extended),
        places.get(attempt.id),
        marking,
        seconds or {},
        attempt.counts if tells_which_counts(rules, shown) else None,
    )
