"""Finds what is stuck, puts it right, and says what it found.

Nothing of what it looks for happens while all goes well: a marker that stops gives back what it has, and the supervisor
gives back what a dead one had.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from autograder.server.attempts import queue
from autograder.server.attempts.storage import Storage
from autograder.server.database import Database
from autograder.server.tables import Attempt, Job, JobKind, JobState, State

log = logging.getLogger(__name__)
SWEEP_SECONDS = 15.0
# Folders without a row are looked for less often: it takes a look at each folder.
ORPHANS_EACH = 240
# An upload may still be under way for so long.
ORPHAN_SECONDS = 3600.0


@dataclass
class Sweeper:
    """Finds what is stuck.

    Attributes:
        database: The server's database.
        storage: Its files.
        found: What was found so far, how often, by kind: ``overdue``, ``jobless``, ``unclaimed``, ``orphan``.
    """

    database: Database
    storage: Storage
    found: Counter[str] = field(default_factory=Counter)
    _sweeps: int = 0

    def sweep(self, now: datetime) -> Counter[str]:
        """Look once, and return what was found."""
        found: Counter[str] = Counter()
        with self.database.writing() as session:
            for kind, ids in (
                ("overdue", overdue(session, now)),
                ("unclaimed", unclaimed(session, now)),
                ("jobless", jobless(session, now)),
            ):
                found[kind] = len(ids)
                for one in ids:
                    log.warning("stuck", extra={"found": kind, "attempt": one})
        if self._sweeps % ORPHANS_EACH == 0:
            found["orphan"] = len(self._remove_orphans(now))
        self._sweeps += 1
        self.found.update(found)
        return found

    def _remove_orphans(self, now: datetime) -> list[str]:
        """Remove the folders of uploads that were cut short, and return their names.

        What was marked was handed in: where the database does not know it, it is not the one that belongs to the
        folder, or an older one, and nothing is removed.
        """
        old = list(self.storage.older_than(ORPHAN_SECONDS, now.timestamp()))
        removed = []
        for some in (old[start : start + 500] for start in range(0, len(old), 500)):
            with self.database.reading() as session:
                known = set(session.scalars(select(Attempt.id).where(Attempt.id.in_(some))))
            removed += [one for one in some if one not in known]
        if strange := [one for one in removed if self.storage.is_marked(one)]:
            log.error("not of this database", extra={"attempts": len(strange), "attempt": strange[0]})
            return []
        for one in removed:
            log.warning("stuck", extra={"found": "orphan", "attempt": one})
            self.storage.forget_attempt(one)
        return removed


def overdue(session: Session, now: datetime) -> list[str]:
    """Queue jobs again whose leases have run out, and return their attempts."""
    # A lease that ends later than any can was given before the clock was put back.
    ran_out = or_(Job.lease_until < now, Job.lease_until > now + 2 * queue.LEASE)
    jobs = session.scalars(
        select(Job).where(Job.state == JobState.LEASED, ran_out).with_for_update(skip_locked=True)
    ).all()
    for job in jobs:
        queue.again(session, job, now, "its marker did not renew the lease", counts=job.begun_at is not None)
    return [job.attempt_id for job in jobs]


def unclaimed(session: Session, now: datetime) -> list[str]:
    """Say of attempts that they wait, which are said to be marked although nobody marks them; return them."""
    leased = select(Job.attempt_id).where(Job.state == JobState.LEASED, Job.kind == JobKind.LIVE)
    attempts = session.scalars(select(Attempt).where(Attempt.state == State.MARKING, Attempt.id.not_in(leased))).all()
    for attempt in attempts:
        attempt.state = State.QUEUED
        queue.tell(session, attempt.id, "queued", now)
    session.flush()
    return [attempt.id for attempt in attempts]


def jobless(session: Session, now: datetime) -> list[str]:
    """Queue attempts that wait for a marking that nobody has queued, and return them."""
    live = select(Job.attempt_id).where(Job.state.in_([JobState.QUEUED, JobState.LEASED]), Job.kind == JobKind.LIVE)
    attempts = session.scalars(select(Attempt).where(Attempt.state == State.QUEUED, Attempt.id.not_in(live))).all()
    for attempt in attempts:
        queue.put(session, attempt, JobKind.LIVE, now)
    return [attempt.id for attempt in attempts]
