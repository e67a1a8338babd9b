"""Keeps what a marking came to: its files first, then its row, and with it what its student sees."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.course.handing_in import Rules
from autograder.course.results import Record, Status, dump_record
from autograder.course.score import Score
from autograder.grading.task import Reply
from autograder.server.attempts import queue
from autograder.server.attempts.counting import recount
from autograder.server.attempts.queue import Claim
from autograder.server.attempts.storage import FEEDBACK, NOTEBOOK, RECORD, Storage
from autograder.server.database import Database
from autograder.server.tables import Attempt, JobKind, JobState, Marking, State

log = logging.getLogger(__name__)
STATES = {
    Status.MARKED: State.MARKED,
    Status.REJECTED: State.REFUSED,
    Status.GRADER_ERROR: State.FOR_A_PERSON,
}


def keep(
    database: Database,
    storage: Storage,
    rules: Rules,
    claim: Claim,
    reply: Reply,
    seconds: Mapping[str, float],
    clock: Any,
) -> bool:
    """Keep what a claim's marking came to, and return whether the claim still held; nothing is kept otherwise.

    Args:
        database: The server's database.
        storage: Its files.
        rules: Those of the assignment.
        claim: The claim under which it was marked.
        reply: What a worker sent, with what its marks depend on in its record.
        seconds: The phases of the marking so far, by name.
        clock: Gives the time.
    """
    began = clock()
    record = reply.record
    files = {RECORD: dump_record(record), FEEDBACK: (reply.page or "").encode()}
    if reply.notebook is not None:
        files[NOTEBOOK] = reply.notebook
    storage.write_marking(claim.attempt_id, claim.job_id, claim.number, files)
    now: datetime = clock()
    with database.writing() as session:
        job = queue.held(session, claim)
        if job is None and kept(session, claim):
            # The connection was lost after it had committed, and it is tried again: these are that marking's files.
            return True
        if job is None:
            log.warning("dropped", extra={"attempt": claim.attempt_id, "claim": claim.key})
            shutil.rmtree(storage.marking_folder(claim.attempt_id, claim.job_id, claim.number), ignore_errors=True)
            return False
        attempt = session.get_one(Attempt, claim.attempt_id)
        marking = marking_of(claim, record, now)
        session.add(marking)
        session.flush()
        job.state = JobState.GIVEN_UP if record.status is Status.GRADER_ERROR else JobState.DONE
        job.owner = job.lease_until = None
        # The clock may have been put back meanwhile.
        job.finished_at = max(now, job.begun_at or now)
        written = {"written": (now - began).total_seconds()}
        job.seconds = {name: round(value, 3) for name, value in {**job.seconds, **seconds, **written}.items()}
        if claim.kind is JobKind.LIVE:
            attempt.marking_id, attempt.state, attempt.entered_at = marking.id, STATES[record.status], None
            queue.tell(session, attempt.id, attempt.state.value, now)
            session.flush()
            recount(session, rules, attempt.course_id, attempt.assignment, attempt.person_id, now)
    log.info("kept", extra={"attempt": claim.attempt_id, "claim": claim.key, "status": record.status.value})
    return True


def kept(session: Session, claim: Claim) -> bool:
    """Return whether a claim's marking is kept already."""
    chosen = select(Marking.id).where(Marking.job_id == claim.job_id, Marking.claim == claim.number)
    return session.scalar(chosen) is not None


def marking_of(claim: Claim, record: Record, now: datetime) -> Marking:
    """Return the row of a marking."""
    score = Score.of_record(record)
    return Marking(
        attempt_id=claim.attempt_id,
        job_id=claim.job_id,
        claim=claim.number,
        made_at=now,
        status=record.status.value,
        score=record.score,
        max_score=record.max_score,
        waits=bool(score.waiting),
        problems={one.id: [None if one.unresolved else one.score, one.max_score] for one in record.problems},
        mistakes={one.id: [found.name for found in one.diagnoses] for one in record.problems if one.diagnoses},
        kit_version=record.kit_version,
        basis_sha256=record.basis_sha256,
    )
