"""Marks attempts again as a set: first one sees what would change, then all of it is applied, or nothing.

A regrade's jobs are marked behind the live ones. What they come to changes nothing until somebody applies it: an
attempt has its old marking till then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from autograder.course.handing_in import Rules
from autograder.course.results import Status
from autograder.course.score import DECIMALS
from autograder.i18n.messages import say
from autograder.server.attempts import queue
from autograder.server.attempts.counting import recount
from autograder.server.attempts.results import STATES
from autograder.server.errors import RequestError
from autograder.server.server import not_found
from autograder.server.tables import (
    Attempt,
    Job,
    JobKind,
    JobState,
    Marking,
    Regrade,
    RegradeState,
    State,
)

# States of attempts that can be marked again: one that waits, or is at a marker, is marked by what there is now anyway.
MARKED = (State.MARKED, State.REFUSED, State.FOR_A_PERSON)
OVER = (JobState.DONE, JobState.GIVEN_UP, JobState.CANCELLED)


@dataclass(frozen=True)
class ProblemMove:
    """How one problem's points change from one marking to another.

    Attributes:
        problem: Its name.
        before: Its points before; None when there were none.
        after: Its points after; None when there are none.
    """

    problem: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float:
        """The points gained; negative when they are lost."""
        return round((self.after or 0.0) - (self.before or 0.0), DECIMALS)


@dataclass(frozen=True)
class Comparison:
    """What a regrade means for one attempt.

    Attributes:
        attempt: The attempt.
        job: Its job.
        old: The marking that counts for it; None when it had none.
        new: What the regrade came to; None while it waits, or when the grader gave up.
        moves: The problems whose points would change.
        named: Misconceptions that would be named, and were not, by problem and name.
        unnamed: Those that were, and would not be.
    """

    attempt: Attempt
    job: Job
    old: Marking | None
    new: Marking | None
    moves: list[ProblemMove]
    named: list[str]
    unnamed: list[str]

    @property
    def difference(self) -> float:
        """The points gained in all; negative when they are lost."""
        if self.new is None:
            return 0.0
        return round(self.new.score - (self.old.score if self.old else 0.0), DECIMALS)

    @property
    def changes(self) -> bool:
        """Whether anything would change."""
        status = self.new is not None and (self.old is None or self.old.status != self.new.status)
        return bool(self.moves or self.named or self.unnamed or status)


@dataclass(frozen=True)
class Preview:
    """What a regrade would change.

    Attributes:
        regrade: The regrade.
        attempts: A comparison for each attempt, those that lose most first.
    """

    regrade: Regrade
    attempts: list[Comparison]

    @property
    def waiting(self) -> int:
        """How many are not marked yet."""
        return sum(one.job.state not in OVER for one in self.attempts)

    @property
    def failed(self) -> list[Comparison]:
        """Those on which the grader gave up: they keep what they have."""
        return [one for one in self.attempts if one.job.state is JobState.GIVEN_UP]

    @property
    def moving(self) -> list[Comparison]:
        """Those of which something would change."""
        return [one for one in self.attempts if one.changes]

    @property
    def gained(self) -> float:
        """Points that are gained by those that gain."""
        return round(sum(max(0.0, one.difference) for one in self.attempts), DECIMALS)

    @property
    def lost(self) -> float:
        """Points that are lost by those that lose, as a positive number."""
        return round(sum(max(0.0, -one.difference) for one in self.attempts), DECIMALS)

    @property
    def by_problem(self) -> list[tuple[str, int, int, float]]:
        """For each problem: how many gain, how many lose, and the points together."""
        found: dict[str, list[float]] = {}
        for one in self.attempts:
            for move in one.moves:
                found.setdefault(move.problem, []).append(move.difference)
        return [
            (name, sum(x > 0 for x in all_), sum(x < 0 for x in all_), round(sum(all_), DECIMALS))
            for name, all_ in found.items()
        ]

    @property
    def by_mistake(self) -> list[tuple[str, int, int]]:
        """For each misconception: in how many it would be named anew, and in how many no longer."""
        found: dict[str, list[int]] = {}
        for one in self.attempts:
            for place, names in enumerate((one.named, one.unnamed)):
                for name in names:
                    found.setdefault(name, [0, 0])[place] += 1
        return sorted(((name, new, gone) for name, (new, gone) in found.items()), key=lambda one: -one[1] - one[2])


def start(
    session: Session,
    course_id: int,
    assignment: str,
    attempts: Sequence[Attempt],
    by_id: int,
    reason: str,
    now: datetime,
) -> Regrade:
    """Queue attempts to be marked again.

    Args:
        session: A transaction, which the caller commits.
        course_id: The course.
        assignment: The assignment.
        attempts: The attempts, of that assignment.
        by_id: Who wants it.
        reason: Why, for those who read it later.
        now: The time.

    Raises:
        RequestError: There is nothing to mark again.
    """
    again = [one for one in attempts if one.state in MARKED]
    if not again:
        raise RequestError(
            409,
            "nothing-to-mark",
            say("None of these attempts is marked yet: there is nothing to mark again."),
            say("Wait until they are marked; they are marked by what there is now."),
        )
    made = Regrade(
        course_id=course_id, assignment=assignment, state=RegradeState.PREVIEW, reason=reason, by_id=by_id, at=now
    )
    session.add(made)
    session.flush()
    for attempt in again:
        queue.put(session, attempt, JobKind.REGRADE, now, made.id)
    return made


def counted(session: Session, course_id: int, assignment: str) -> list[Attempt]:
    """Return the attempts that a regrade of a class is about: for each student the one that counts, or the newest."""
    chosen = select(Attempt).where(Attempt.course_id == course_id, Attempt.assignment == assignment)
    found: dict[int, Attempt] = {}
    for one in session.scalars(chosen.order_by(Attempt.student, Attempt.counts, Attempt.number)):
        # The last of each: the one that counts stands behind all others.
        found[one.person_id] = one
    return list(found.values())


def find(session: Session, course_id: int, regrade_id: int) -> Regrade:
    """Return a regrade of a course.

    Raises:
        RequestError: There is none.
    """
    found = session.get(Regrade, regrade_id)
    if found is None or found.course_id != course_id:
        raise not_found()
    return found


def preview(session: Session, regrade: Regrade) -> Preview:
    """Return what a regrade would change, as far as it is marked; of one that was applied, what it changed."""
    rows = session.execute(
        select(Job, Attempt, Marking)
        .join(Attempt, Job.attempt_id == Attempt.id)
        .outerjoin(Marking, Marking.job_id == Job.id)
        .where(Job.regrade_id == regrade.id)
        .order_by(Attempt.student)
    ).all()
    before = _before(session, regrade, [(attempt, new) for _, attempt, new in rows])
    made = [_compared(job, attempt, before.get(attempt.id), new) for job, attempt, new in rows]
    return Preview(regrade, sorted(made, key=lambda one: (not one.changes, one.difference, one.attempt.student)))


def _before(session: Session, regrade: Regrade, rows: Sequence[tuple[Attempt, Marking | None]]) -> dict[str, Marking]:
    """Return the marking before a regrade, by attempt: the one that counts, or once it was applied, the one before."""
    attempts = [attempt.id for attempt, _ in rows]
    markings = session.scalars(select(Marking).where(Marking.attempt_id.in_(attempts)).order_by(Marking.id)).all()
    new = {attempt.id: made.id for attempt, made in rows if made is not None}
    others = session.scalars(select(Job.id).where(Job.attempt_id.in_(attempts), Job.regrade_id.is_not(None))).all()
    cancelled = set(
        session.scalars(
            select(Job.id)
            .join(Regrade, Regrade.id == Job.regrade_id)
            .where(Job.id.in_(others), Regrade.state != RegradeState.APPLIED)
        )
    )
    counts = {attempt.id: attempt.marking_id for attempt, _ in rows}
    found: dict[str, Marking] = {}
    for one in markings:
        if regrade.state is RegradeState.APPLIED:
            if one.id < new.get(one.attempt_id, one.id) and one.job_id not in cancelled:
                found[one.attempt_id] = one
        elif one.id == counts[one.attempt_id]:
            found[one.attempt_id] = one
    return found


def _compared(job: Job, attempt: Attempt, old: Marking | None, new: Marking | None) -> Comparison:
    if new is None or job.state is JobState.GIVEN_UP:
        return Comparison(attempt, job, old, None, [], [], [])
    names, were = _mistakes(new), _mistakes(old) if old else set()
    changed = moves(old.problems if old else {}, new.problems)
    return Comparison(attempt, job, old, new, changed, sorted(names - were), sorted(were - names))


def moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ProblemMove]:
    """Return the problems whose points differ, in the order of the later marking.

    Args:
        before: Points by problem, as `autograder.server.tables.Marking` keeps them.
        after: Those of the later marking.
    """
    names = [*after, *(name for name in before if name not in after)]
    found = [ProblemMove(name, before.get(name, [None])[0], after.get(name, [None])[0]) for name in names]
    return [one for one in found if one.before != one.after and (one.difference or None in (one.before, one.after))]


def _mistakes(marking: Marking) -> set[str]:
    return {f"{problem}: {name}" for problem, names in marking.mistakes.items() for name in names}


def apply(session: Session, rules: Rules, regrade: Regrade, now: datetime) -> list[Attempt]:
    """Let a regrade's markings count, and return the attempts that changed; those without a new one stay as they are.

    Args:
        session: A transaction, which the caller commits.
        rules: The assignment's: which attempt counts is decided anew.
        regrade: The regrade.
        now: The time.

    Raises:
        RequestError: It was decided already, or is not marked yet.
    """
    _check_open(session, regrade)
    seen = preview(session, regrade)
    if seen.waiting:
        raise RequestError(
            409,
            "not-marked-yet",
            say("{number} attempts of this regrade are not marked yet.", number=seen.waiting),
            say("Wait until all are marked, and look at what would change before you apply it."),
        )
    changed = []
    for one in seen.attempts:
        if one.new is None or one in seen.failed:
            continue
        one.attempt.marking_id, one.attempt.state = one.new.id, STATES[Status(one.new.status)]
        # The marker enters what counts and is not entered.
        one.attempt.entered_at = None
        changed.append(one.attempt)
        queue.tell(session, one.attempt.id, one.attempt.state.value, now, regrade=regrade.id)
    session.flush()
    for person_id in {one.person_id for one in changed}:
        recount(session, rules, regrade.course_id, regrade.assignment, person_id, now)
    regrade.state, regrade.decided_at = RegradeState.APPLIED, now
    return changed


def cancel(session: Session, regrade: Regrade, now: datetime) -> None:
    """Leave all marks as they are, and mark nothing more of a regrade.

    Raises:
        RequestError: It was decided already.
    """
    _check_open(session, regrade)
    session.execute(
        update(Job)
        .where(Job.regrade_id == regrade.id, Job.state.in_([JobState.QUEUED, JobState.LEASED]))
        # A marker that has one finds that its claim no longer holds.
        .values(state=JobState.CANCELLED, finished_at=now, owner=None, lease_until=None)
    )
    regrade.state, regrade.decided_at = RegradeState.CANCELLED, now


def _check_open(session: Session, regrade: Regrade) -> None:
    """Lock a regrade, and refuse one that somebody has decided already."""
    session.refresh(regrade, with_for_update=True)
    if regrade.state is not RegradeState.PREVIEW:
        raise RequestError(
            409,
            "decided",
            say("This regrade is {state} already.", state=regrade.state.value),
            say("Start another one if marks are to change once more."),
        )
