"""Shows staff the queue: what is being marked, what waits and how long, what was marked last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.server.accounts.access import Staff
from autograder.server.attempts import queue
from autograder.server.attempts.queue import Place
from autograder.server.pages.staff.frame import IN_COURSE, show
from autograder.server.server import Server, Serves
from autograder.server.tables import Attempt, Job, JobKind, JobState

router = APIRouter(include_in_schema=False)
REFRESH_SECONDS = 3
# Rows of each list.
ROWS = 100
LAST = 20


@dataclass(frozen=True)
class Waiting:
    """A job that is not done.

    Attributes:
        job: The job.
        attempt: What is marked.
        place: Its place; None for a regrade, which waits until nothing live does.
        seconds: How long it has waited, or is being marked.
    """

    job: Job
    attempt: Attempt
    place: Place | None
    seconds: float


def waiting(server: Server, session: Session, course_id: int, now: datetime) -> list[Waiting]:
    """Return the jobs of a course that are not done: those at a marker, then by their places."""
    chosen = (
        select(Job, Attempt)
        .join(Attempt, Job.attempt_id == Attempt.id)
        .where(Attempt.course_id == course_id, Job.state.in_([JobState.QUEUED, JobState.LEASED]))
        .order_by(Job.kind, Job.queued_at)
        .limit(10 * ROWS)
    )
    rows = session.execute(chosen).all()
    places: dict[str, Place] = {}
    for name in {attempt.assignment for _, attempt in rows}:
        places |= queue.places(session, course_id, name, now, server.slots)
    found = [
        Waiting(
            job,
            attempt,
            places.get(attempt.id) if job.kind is JobKind.LIVE else None,
            (now - (job.begun_at or job.queued_at)).total_seconds(),
        )
        for job, attempt in rows
    ]
    return sorted(
        found, key=lambda one: (one.job.begun_at is None, one.place is None, one.place.ahead if one.place else 0)
    )


@router.get(IN_COURSE + "/queue")
def queue_page(request: Request, member: Staff, serves: Serves) -> Response:
    """Show the queue of a course."""
    now = serves.clock()
    here = (Attempt.course_id == member.course.id, Job.state == JobState.DONE)
    with serves.database.reading() as session:
        found = waiting(serves, session, member.course.id, now)
        done = select(Job, Attempt).join(Attempt, Job.attempt_id == Attempt.id).where(*here)
        last = session.execute(done.order_by(Job.finished_at.desc()).limit(LAST)).all()
        total = session.scalar(
            select(func.count())
            .select_from(Job)
            .join(Attempt, Job.attempt_id == Attempt.id)
            .where(Attempt.course_id == member.course.id, Job.state == JobState.QUEUED)
        )
        usual = {name: queue.usual_seconds(session, member.course.id, name) for name in member.course.assignments}
    return show(
        request,
        "queue.html.j2",
        member,
        "Queue",
        tab="queue",
        waiting=found[:ROWS],
        more=max(0, len(found) - ROWS),
        total=total,
        last=last,
        usual=usual,
        slots=serves.slots,
        refresh=REFRESH_SECONDS,
        JobKind=JobKind,
    )
