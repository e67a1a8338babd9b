"""Takes in what a student hands in, and answers with a receipt once nothing can get lost any more.

In this order: the files are written and their digests computed as they come; the disk has them and their names; one
transaction makes attempt, job and events; the receipt is answered. Whatever is cut short before the transaction ends
was never handed in, and nobody has been told otherwise.

An idempotency key makes a double click, or a retry after a lost answer, the same attempt. The same bytes as the
student's newest attempt, within `Limits.same_minutes`, are that attempt as well.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from autograder.course.handing_in import Lateness, lateness, may_hand_in
from autograder.i18n.messages import say
from autograder.server.attempts import queue
from autograder.server.attempts.counting import attempts_of, extended_due, lock_student, spent_by
from autograder.server.attempts.storage import FULL, digest_of_files
from autograder.server.attempts.uploads import FRAMES, Upload, disk_full, read_form, too_much
from autograder.server.errors import RequestError
from autograder.server.server import ServedCourse, Server
from autograder.server.tables import NAME, Attempt, Enrolment, JobKind, Source, State

log = logging.getLogger(__name__)
# What comes within that time counts as handed in when its first byte came; what takes longer, so much before its end.
SLOW_SECONDS = 120.0
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Intent:
    """Who hands in what.

    Attributes:
        course: The course.
        assignment: The assignment's name.
        enrolment: The student in that course.
        key: The idempotency key; made up when empty.
        source: The way on which it comes.
        request_id: The id that the log has of the request.
    """

    course: ServedCourse
    assignment: str
    enrolment: Enrolment
    key: str = ""
    source: Source = Source.API
    request_id: str = ""


@dataclass(frozen=True)
class Received:
    """What was taken in.

    Attributes:
        attempt: The attempt.
        new: Whether it is a new one, and not one of before that was sent again.
    """

    attempt: Attempt
    new: bool


async def receive(
    server: Server,
    intent: Intent,
    content_type: str,
    stream: AsyncIterator[bytes],
    *,
    length: int | None = None,
    check: Callable[[Upload], Intent] | None = None,
) -> Received:
    """Take in what a request hands in.

    Args:
        server: The server.
        intent: Who hands in what.
        content_type: The request's header of this name.
        stream: The request's body.
        length: How long it says that it is; None where it does not say.
        check: Looks at the form's fields before anything is kept, and returns who hands in what with them, for example
            the key of a browser's form.

    Raises:
        RequestError: It cannot be handed in; nothing of it is kept.
    """
    began = server.clock()
    limits = server.settings.limits
    if length is not None and length > limits.attempt_bytes + FRAMES:
        raise too_much(limits)
    # Before anything is sent that would be refused in the end; the transaction looks again.
    await run_in_threadpool(_look, server, intent, began)
    attempt_id, committing = uuid.uuid4().hex, False
    person = intent.enrolment.person_id
    if not server.busy.begin("upload", person, limits.uploading_each):
        raise RequestError(
            429,
            "too-many-uploads",
            say("{number} of your uploads are under way already.", number=limits.uploading_each),
            say("Wait until they have ended, then hand in again."),
            retry_after=30,
        )
    try:
        folder = await run_in_threadpool(server.storage.begin_attempt, attempt_id)
        upload = await read_form(content_type, stream, folder, limits, server.room)
        if check is not None:
            intent = check(upload)
        committing = True
        received = await run_in_threadpool(_keep, server, intent, upload, attempt_id, began)
    except BaseException as fault:
        # Where the connection was lost while it committed, or the task was cancelled while its thread goes on, there
        # may be a row that speaks of the files; without one, the sweeper removes them later.
        if not (committing and isinstance(fault, DBAPIError | asyncio.CancelledError)):
            # In this thread, since a cancelled task may not wait.
            server.storage.forget_attempt(attempt_id)
        if isinstance(fault, OSError) and fault.errno in FULL:
            raise disk_full() from fault
        raise
    finally:
        server.busy.end("upload", person)
    if received.new:
        server.wake(intent.course.id, intent.assignment)
    else:
        await run_in_threadpool(server.storage.forget_attempt, attempt_id)
    return received


def _look(server: Server, intent: Intent, now: datetime) -> None:
    """Refuse what could not be taken in now."""
    if server.room() <= 0:
        raise disk_full()
    with server.database.reading() as session:
        if not (intent.key and _by_key(session, intent)):
            refuse_crowd(server, session, intent)
            refuse_too_much(server, session, intent, now)
            refuse_by_rules(session, intent, now)


def _keep(server: Server, intent: Intent, upload: Upload, attempt_id: str, began: datetime) -> Received:
    """Make what was written an attempt, or find the one that it is already."""
    if not upload.files:
        raise RequestError(
            422,
            "no-file",
            say("No file came."),
            say("Choose the notebook, or the files that you have written, and hand in again."),
        )
    sha256 = digest_of_files(upload.files)
    arrived = server.clock()
    # By the server's clock. A slow line costs nothing; one that is kept open on purpose gains no more than that.
    received_at = max(began, arrived - timedelta(seconds=SLOW_SECONDS))
    server.storage.keep_attempt(attempt_id)
    with server.database.writing() as session:
        lock_student(session, intent.course.id, intent.enrolment.person_id)
        known = _known(server, session, intent, sha256, arrived)
        if known is not None:
            return Received(known, new=False)
        refuse_crowd(server, session, intent)
        refuse_too_much(server, session, intent, arrived)
        refuse_by_rules(session, intent, received_at)
        attempt = _attempt(server, session, intent, upload, attempt_id, sha256, received_at)
        session.add(attempt)
        session.flush()
        queue.tell(session, attempt.id, "received", arrived, sha256=sha256)
        job = queue.put(session, attempt, JobKind.LIVE, arrived)
        job.seconds = {"uploaded": (arrived - began).total_seconds()}
    log.info(
        "received",
        extra={
            "attempt": attempt.id,
            "student": attempt.student,
            "assignment": attempt.assignment,
            "number": attempt.number,
            "sha256": sha256,
            "bytes": attempt.size,
            "request": intent.request_id,
        },
    )
    return Received(attempt, new=True)


def _theirs(intent: Intent) -> Select[Attempt]:
    return select(Attempt).where(
        Attempt.course_id == intent.course.id,
        Attempt.assignment == intent.assignment,
        Attempt.person_id == intent.enrolment.person_id,
    )


def _by_key(session: Session, intent: Intent) -> Attempt | None:
    return session.scalars(_theirs(intent).where(Attempt.key == intent.key)).one_or_none()


def _newest(session: Session, intent: Intent) -> Attempt | None:
    return session.scalars(_theirs(intent).order_by(Attempt.number.desc()).limit(1)).one_or_none()


def _known(server: Server, session: Session, intent: Intent, sha256: str, now: datetime) -> Attempt | None:
    """Return the attempt that this is already; None when it is a new one."""
    known = _by_key(session, intent) if intent.key else None
    if known is not None:
        if known.sha256 != sha256:
            raise RequestError(
                409,
                "key-used",
                say("The idempotency key of this request was used for other files."),
                say("Use a new key for other files. Nothing of them was kept."),
                attempt=known.id,
            )
        return known
    newest = _newest(session, intent)
    # One that failed by the server's fault may be tried again.
    if newest is None or newest.sha256 != sha256 or newest.state is State.FOR_A_PERSON:
        return None
    recent = now - newest.received_at < timedelta(minutes=server.settings.limits.same_minutes)
    return newest if recent else None


def refuse_crowd(server: Server, session: Session, intent: Intent) -> None:
    """Refuse a further attempt where too many wait already.

    Raises:
        RequestError: They do; it says when it can be tried again.
    """
    limits, course = server.settings.limits, intent.course.id
    own = queue.waiting(session, course, intent.enrolment.person_id)
    if own >= limits.waiting_each:
        raise RequestError(
            429,
            "too-many-waiting",
            say("{count} of your attempts wait to be marked already. This one was not kept.", count=own),
            say("Wait until one of them is marked, then hand in again."),
            retry_after=queue.usual_seconds(session, course, intent.assignment),
        )
    everybody = queue.waiting(session, course)
    if everybody >= limits.waiting:
        each = queue.usual_seconds(session, course, intent.assignment)
        raise RequestError(
            429,
            "queue-full",
            say("{count} attempts wait to be marked, and no more are taken. This one was not kept.", count=everybody),
            say("Hand in again in a few minutes."),
            retry_after=max(30.0, each * (everybody - limits.waiting + 1) / max(1, server.slots)),
        )


def refuse_too_much(server: Server, session: Session, intent: Intent, now: datetime) -> None:
    """Refuse a further attempt of a student who has handed in more than anybody needs to.

    Raises:
        RequestError: They have: too often within an hour, or too many bytes in all.
    """
    limits = server.settings.limits
    mine = (Attempt.course_id == intent.course.id, Attempt.person_id == intent.enrolment.person_id)
    hour = (Attempt.assignment == intent.assignment, Attempt.received_at > now - HOUR)
    times = session.execute(select(func.count(), func.min(Attempt.received_at)).where(*mine, *hour)).one()
    if times[0] >= limits.hourly_each:
        raise RequestError(
            429,
            "too-many-in-an-hour",
            say("You have handed in {number} times within an hour. This one was not kept.", number=times[0]),
            say("Wait a while, then hand in again."),
            retry_after=(times[1] + HOUR - now).total_seconds(),
        )
    size = session.scalar(select(func.sum(Attempt.size)).where(*mine)) or 0
    if size >= limits.bytes_each:
        raise RequestError(
            413,
            "too-many-bytes",
            say("All that you have handed in has {total} MB, and no more is taken.", total=limits.bytes_each >> 20),
            say("Ask your course's staff; nothing that you have handed in is lost."),
        )


def refuse_by_rules(session: Session, intent: Intent, now: datetime) -> None:
    """Refuse what the instructor's rules do not take.

    Raises:
        RequestError: They do not; it says why, and when it is possible again.
    """
    rules = intent.course.rules(intent.assignment)
    extended = extended_due(session, intent.course.id, intent.assignment, intent.enrolment.person_id)
    mine = attempts_of(session, intent.course.id, intent.assignment, intent.enrolment.person_id)
    refusal = may_hand_in(rules, now, spent_by(mine), extended)
    if refusal is None:
        return
    raise RequestError(
        403,
        refusal.why.value.replace("_", "-"),
        refusal.text,
        again_at=refusal.again_at.isoformat() if refusal.again_at else None,
        retry_after=(refusal.again_at - now).total_seconds() if refusal.again_at else None,
    )


def counts_as(late: Lateness) -> str:
    """Return how an attempt counts, as receipts say it to programs and people."""
    if not late.accepted:
        return "too late"
    return "late" if late.seconds else "in time"


def _attempt(
    server: Server,
    session: Session,
    intent: Intent,
    upload: Upload,
    attempt_id: str,
    sha256: str,
    received_at: datetime,
) -> Attempt:
    """Return a new attempt with its receipt."""
    course, enrolment = intent.course, intent.enrolment
    before = _newest(session, intent)
    number = before.number + 1 if before else 1
    rules = course.rules(intent.assignment)
    extended = extended_due(session, course.id, intent.assignment, enrolment.person_id)
    late, due = lateness(rules, received_at, extended), rules.due_for(extended)
    files = [one.as_json() for one in sorted(upload.files, key=lambda one: one.name)]
    receipt = server.key.sign(
        {
            "server": server.settings.url,
            "course": course.slug,
            "assignment": intent.assignment,
            "student": enrolment.student,
            "attempt": attempt_id,
            "number": number,
            "received_at": received_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "due_at": due.astimezone(UTC).isoformat() if due else None,
            "late_seconds": round(late.seconds),
            "counts_as": counts_as(late),
            "penalty": late.penalty,
            "files": files,
            "sha256": sha256,
        }
    )
    return Attempt(
        id=attempt_id,
        course_id=course.id,
        assignment=intent.assignment,
        person_id=enrolment.person_id,
        student=enrolment.student,
        number=number,
        key=(intent.key or attempt_id)[:NAME],
        received_at=received_at,
        source=intent.source,
        files=files,
        size=sum(one.size for one in upload.files),
        sha256=sha256,
        late_seconds=late.seconds,
        receipt=receipt,
        state=State.QUEUED,
    )
