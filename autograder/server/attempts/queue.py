"""The queue of markings: rows of the database, which markers take for a while, renew, and finish.

A job is somebody's while its lease runs. Each time it is taken its claim rises, and whatever comes with an older claim
is dropped: a marker that was thought dead, and was not, changes nothing.

Live jobs go before regrades. Students take turns: who has waited longest since their last turn comes first, with the
newest of what they have handed in. Nobody has more than `Fairness.at_once` at a marker at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from autograder.server.database import Database
from autograder.server.tables import Attempt, Event, Job, JobKind, JobState, State

LEASE = timedelta(seconds=30)
HEARTBEAT_SECONDS = 10.0
# So often a job is begun before a person has to look at it. A machine whose markers are killed every few seconds still
# marks it; one that no marker survives is out of the way in some minutes.
TRIES = 8
# Waits between tries, in seconds: 1, 2, 4, ... and never longer than the last.
BACK_OFF_SECONDS, BACK_OFF_MOST = 1.0, 60.0
# Candidates that are looked at together: where another marker has locked the first, one of the others is taken.
CANDIDATES = 16
# The expected time goes by so many markings that were finished last.
MEASURED = 50
# Of a marking that nobody has measured yet.
USUAL_SECONDS = 3.0


@dataclass(frozen=True)
class Fairness:
    """What one student may have of the queue.

    Attributes:
        at_once: How many of their attempts are at a marker at the same time.
    """

    at_once: int = 2


FAIRNESS = Fairness()


@dataclass(frozen=True)
class Claim:
    """A job that a marker has taken.

    Attributes:
        job_id: The job.
        number: The job's claim as it was taken.
        owner: The marker.
        kind: Whether it is live or a regrade.
        attempt_id: What is to be marked.
        attempt_number: Its number among the student's attempts.
        student: The student's id in gradebook and folders.
    """

    job_id: int
    number: int
    owner: str
    kind: JobKind
    attempt_id: str
    attempt_number: int
    student: str

    @property
    def key(self) -> str:
        """Names this claim in logs."""
        return f"{self.attempt_id}.{self.job_id}.{self.number}"


@dataclass(frozen=True)
class Place:
    """Where in the queue an attempt is.

    Attributes:
        ahead: How many markings are likely to begin before it.
        seconds: After how many seconds it is likely to be marked.
    """

    ahead: int
    seconds: float


def tell(session: Session, attempt_id: str, kind: str, now: datetime, **data: object) -> None:
    """Add an event of an attempt, which those who watch it read."""
    session.add(Event(attempt_id=attempt_id, at=now, kind=kind, data=data))


def put(session: Session, attempt: Attempt, kind: JobKind, now: datetime, regrade_id: int | None = None) -> Job:
    """Queue an attempt's marking, in the transaction of whatever is the reason for it."""
    job = Job(attempt_id=attempt.id, kind=kind, state=JobState.QUEUED, queued_at=now, regrade_id=regrade_id, seconds={})
    session.add(job)
    if kind is JobKind.LIVE:
        attempt.state = State.QUEUED
        tell(session, attempt.id, "queued", now)
    return job


def take(
    database: Database,
    course_id: int,
    assignment: str,
    owner: str,
    most: int,
    now: datetime,
    fairness: Fairness = FAIRNESS,
) -> list[Claim]:
    """Take jobs of an assignment, those first that come first.

    Args:
        database: The server's database.
        course_id: The course.
        assignment: The assignment.
        owner: Names the marker.
        most: How many are taken at most.
        now: The time.
        fairness: What one student may have.
    """
    if most < 1:
        return []
    # Most looks find nothing: they take no lock.
    with database.reading() as session:
        if not _candidates(session, course_id, assignment, now, fairness):
            return []
    taken: list[Claim] = []
    with database.writing() as session:
        while len(taken) < most:
            candidates = _candidates(session, course_id, assignment, now, fairness)
            job = _locked(session, candidates)
            if job is None:
                break
            taken.append(_take(session, job, owner, now))
            session.flush()
    return taken


def _candidates(session: Session, course_id: int, assignment: str, now: datetime, fairness: Fairness) -> Sequence[int]:
    """Return the jobs that come next, in their order."""
    waiting = _waiting(course_id, assignment, now)
    other, its_attempt = aliased(Job), aliased(Attempt)
    of_student = (
        select(func.count())
        .select_from(other)
        .join(its_attempt, other.attempt_id == its_attempt.id)
        .where(
            its_attempt.person_id == Attempt.person_id,
            its_attempt.course_id == course_id,
            its_attempt.assignment == assignment,
        )
        .correlate(Attempt)
    )
    at_marker = of_student.where(other.state == JobState.LEASED).scalar_subquery()
    # What was taken, and is not begun yet, is a turn as well: its lease ends later than any turn began.
    last_turn = (
        of_student.with_only_columns(func.max(func.coalesce(other.begun_at, other.lease_until)))
        .where(other.kind == JobKind.LIVE)
        .scalar_subquery()
    )
    each_student = (Job.kind, Attempt.person_id)
    ranked = (
        select(
            Job.id,
            Job.kind,
            func.row_number().over(order_by=(Attempt.number.desc(), Job.id), partition_by=each_student).label("newest"),
            func.min(Job.queued_at).over(partition_by=each_student).label("since"),
            at_marker.label("at_marker"),
            last_turn.label("last_turn"),
        )
        .join(Attempt, Job.attempt_id == Attempt.id)
        .where(waiting)
        .subquery()
    )
    turn = case((ranked.c.last_turn > ranked.c.since, ranked.c.last_turn), else_=ranked.c.since)
    query = (
        select(ranked.c.id)
        .where(ranked.c.at_marker < fairness.at_once, ranked.c.newest == 1)
        # As texts, live comes before regrade.
        .order_by(ranked.c.kind, turn, ranked.c.id)
        .limit(CANDIDATES)
    )
    return session.scalars(query).all()


def _waiting(course_id: int, assignment: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        Job.state == JobState.QUEUED,
        # One that would wait longer than any does had its time before the clock was put back.
        or_(
            Job.not_before.is_(None),
            Job.not_before <= now,
            Job.not_before > now + timedelta(seconds=2 * BACK_OFF_MOST),
        ),
        Attempt.course_id == course_id,
        Attempt.assignment == assignment,
    )


def _locked(session: Session, candidates: Sequence[int]) -> Job | None:
    """Return the first of these jobs that nobody else is about to take; SQLite's one writer has them all."""
    for candidate in candidates:
        query = select(Job).where(Job.id == candidate, Job.state == JobState.QUEUED)
        job = session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
        if job is not None:
            return job
    return None


def _take(session: Session, job: Job, owner: str, now: datetime) -> Claim:
    attempt = session.get_one(Attempt, job.attempt_id)
    job.state, job.owner, job.lease_until, job.begun_at = JobState.LEASED, owner, now + LEASE, None
    job.claim, job.tries, job.not_before = job.claim + 1, job.tries + 1, None
    return Claim(job.id, job.claim, owner, job.kind, attempt.id, attempt.number, attempt.student)


def held(session: Session, claim: Claim) -> Job | None:
    """Return a claim's job, locked until the transaction's end; None when it is somebody else's by now, or nobody's."""
    query = select(Job).where(
        Job.id == claim.job_id,
        Job.claim == claim.number,
        Job.state == JobState.LEASED,
    )
    return session.scalars(query.with_for_update()).one_or_none()


def begin(database: Database, claim: Claim, now: datetime) -> bool:
    """Note that the marking has begun, and return whether the claim still holds."""
    with database.writing() as session:
        job = held(session, claim)
        if job is None:
            return False
        job.begun_at = now
        if claim.kind is JobKind.LIVE:
            session.get_one(Attempt, claim.attempt_id).state = State.MARKING
            tell(session, claim.attempt_id, "marking", now)
    return True


def renew(database: Database, claims: Iterable[Claim], now: datetime) -> None:
    """Have leases last longer, of claims that still hold."""
    with database.writing() as session:
        for claim in claims:
            session.execute(
                update(Job)
                .where(Job.id == claim.job_id, Job.claim == claim.number, Job.state == JobState.LEASED)
                .values(lease_until=now + LEASE)
            )


def release(database: Database, owner: str, now: datetime, why: str = "") -> list[str]:
    """Give back all that a marker has, because it stops or is dead; return the attempts.

    What was only on its way to a worker has not been tried.

    Args:
        database: The server's database.
        owner: The marker.
        now: The time.
        why: What went wrong, for staff; empty when nothing did.
    """
    with database.writing() as session:
        jobs = session.scalars(
            select(Job).where(Job.owner == owner, Job.state == JobState.LEASED).with_for_update()
        ).all()
        for job in jobs:
            again(session, job, now, why, counts=bool(why) and job.begun_at is not None)
    return [job.attempt_id for job in jobs]


def again(session: Session, job: Job, now: datetime, why: str, *, counts: bool = True, most: int = TRIES) -> None:
    """Queue a job that somebody had, or give it up.

    Args:
        session: The transaction.
        job: The job, locked.
        now: The time.
        why: What went wrong, for staff.
        counts: Whether that was a try.
        most: After so many tries it is given up.
    """
    begun = job.begun_at is not None
    job.owner = job.lease_until = job.begun_at = None
    job.fault = why or job.fault
    if not counts:
        job.tries -= 1
    elif job.tries >= most:
        give_up(session, job, now)
        return
    job.state = JobState.QUEUED
    wait = min(BACK_OFF_MOST, BACK_OFF_SECONDS * 2 ** (job.tries - 1)) if counts else 0.0
    job.not_before = now + timedelta(seconds=wait)
    if job.kind is JobKind.LIVE and begun:
        session.get_one(Attempt, job.attempt_id).state = State.QUEUED
        tell(session, job.attempt_id, "queued", now)


def give_up(session: Session, job: Job, now: datetime) -> None:
    """Leave a job to a person."""
    job.state, job.finished_at = JobState.GIVEN_UP, now
    job.owner = job.lease_until = None
    if job.kind is JobKind.LIVE:
        session.get_one(Attempt, job.attempt_id).state = State.FOR_A_PERSON
        tell(session, job.attempt_id, "for_a_person", now)


def fail(database: Database, claim: Claim, why: str, now: datetime, most: int = TRIES) -> bool:
    """Note that the grader failed on a claim's job, and return whether the claim still held.

    Args:
        database: The server's database.
        claim: The claim.
        why: What went wrong, for staff.
        now: The time.
        most: After so many tries it is given up.
    """
    with database.writing() as session:
        job = held(session, claim)
        if job is None:
            return False
        again(session, job, now, why, most=most)
    return True


def places(session: Session, course_id: int, assignment: str, now: datetime, slots: int) -> dict[str, Place]:
    """Return the places of all attempts that wait, by id, as they stand now.

    Args:
        session: Reads them.
        course_id: The course.
        assignment: The assignment.
        now: The time.
        slots: How many are marked at once.
    """
    query = (
        select(Job.attempt_id, Job.state, Job.begun_at, Job.queued_at, Attempt.person_id, Attempt.number)
        .join(Attempt, Job.attempt_id == Attempt.id)
        .where(
            Job.state.in_([JobState.QUEUED, JobState.LEASED]),
            Job.kind == JobKind.LIVE,
            Attempt.course_id == course_id,
            Attempt.assignment == assignment,
        )
    )
    rows = [_Waiting(*row) for row in session.execute(query)]
    each = usual_seconds(session, course_id, assignment)
    at_marker = [row for row in rows if row.state is JobState.LEASED]
    found: dict[str, Place] = {}
    for ahead, row in enumerate(sorted(at_marker, key=lambda row: (row.begun_at is None, row.queued_at))):
        passed = (now - row.begun_at).total_seconds() if row.begun_at else 0.0
        expected = each * (ahead // max(1, slots) + 1) - passed
        # One that takes longer than most is never said to be done at once.
        found[row.attempt_id] = Place(0 if row.begun_at else ahead, max(each / 4, expected))
    for ahead, row in enumerate(_in_turns(row for row in rows if row.state is JobState.QUEUED), start=len(at_marker)):
        found[row.attempt_id] = Place(ahead, each * (ahead // max(1, slots) + 1))
    return found


@dataclass(frozen=True)
class _Waiting:
    """A job that is not done, as far as its place depends on it."""

    attempt_id: str
    state: JobState
    begun_at: datetime | None
    queued_at: datetime
    person_id: int
    number: int


def _in_turns(rows: Iterable[_Waiting]) -> list[_Waiting]:
    """Return waiting rows in the order in which students take turns, each with the newest first."""
    by_student: dict[int, list[_Waiting]] = {}
    for row in rows:
        by_student.setdefault(row.person_id, []).append(row)
    stacks = sorted(by_student.values(), key=lambda stack: min(row.queued_at for row in stack))
    for stack in stacks:
        stack.sort(key=lambda row: -row.number)
    return [row for turn in zip_longest(*stacks) for row in turn if row is not None]


def usual_seconds(session: Session, course_id: int, assignment: str) -> float:
    """Return how long a marking of an assignment takes, from begin to end: the median of the last ones, in seconds."""
    query = (
        select(Job.begun_at, Job.finished_at)
        .join(Attempt, Job.attempt_id == Attempt.id)
        .where(
            Job.state == JobState.DONE,
            Job.begun_at.is_not(None),
            Attempt.course_id == course_id,
            Attempt.assignment == assignment,
        )
        .order_by(Job.id.desc())
        .limit(MEASURED)
    )
    taken = sorted((ended - begun).total_seconds() for begun, ended in session.execute(query) if begun and ended)
    return taken[len(taken) // 2] if taken else USUAL_SECONDS


def waiting(session: Session, course_id: int, person_id: int | None = None) -> int:
    """Return how many attempts wait in a course to be marked for the first time: all, or one person's."""
    query = select(func.count()).select_from(Attempt).where(Attempt.state == State.QUEUED)
    query = query.where(Attempt.course_id == course_id)
    if person_id is not None:
        query = query.where(Attempt.person_id == person_id)
    return session.scalar(query) or 0
