"""Handing in, and what becomes of an attempt: receipt, state, events, files, feedback."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, StreamingResponse
from sqlalchemy import select

from autograder.course.handing_in import Counts
from autograder.course.zip_file import EPOCH
from autograder.i18n.messages import say
from autograder.server.accounts import audit
from autograder.server.accounts.access import (
    Anybody,
    Member,
    OwnAttempt,
    Student,
    TheirAttempt,
    Theirs,
    public,
)
from autograder.server.accounts.credentials import CSRF_FIELD, CSRF_HEADER, By, checks_form
from autograder.server.api import API
from autograder.server.attempts import hints
from autograder.server.attempts.attempt_view import AttemptView, shown_of, tells_which_counts, view, views
from autograder.server.attempts.counting import recount
from autograder.server.attempts.feedback import page_of
from autograder.server.attempts.intake import Intent, Received, receive
from autograder.server.attempts.receipts import as_text
from autograder.server.attempts.uploads import Upload
from autograder.server.errors import RequestError
from autograder.server.events import Feed, Happened
from autograder.server.server import Server, Serves, not_found
from autograder.server.tables import NAME, Attempt, Marking, Source
from autograder_client.receipts import ReceiptError, read, verify

router = APIRouter(prefix=API, tags=["attempts"])
OF_ASSIGNMENT = "/courses/{course}/assignments/{assignment}"
# A page that shows what a student's code has made: nothing of it may run, load, or be framed elsewhere.
FEEDBACK_POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
CHUNK = 1 << 16


@router.post(
    OF_ASSIGNMENT + "/attempts",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "files": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
                        },
                    }
                }
            },
        }
    },
)
@checks_form
async def hand_in(
    assignment: str,
    request: Request,
    serves: Serves,
    member: Student,
    idempotency_key: Annotated[str, Header(max_length=NAME)] = "",
    autograder_source: Annotated[Source, Header()] = Source.API,
) -> Response:
    """Hand in files, as parts named ``files`` of a form; the answer is the receipt.

    201 for a new attempt. 200, with the receipt of before, when the same key or the same files came again.
    """
    received = await take_in(request, serves, member, intent_of(member, assignment, idempotency_key, autograder_source))
    attempt = received.attempt
    return JSONResponse(
        attempt.receipt,
        status_code=201 if received.new else 200,
        headers={"Location": f"{API}/attempts/{attempt.id}"},
    )


def intent_of(member: Member, assignment: str, key: str, source: Source) -> Intent:
    """Return who hands in what.

    Raises:
        RequestError: There is no such assignment, or nobody can hand in as whoever asks.
    """
    member.course.assignment(assignment)
    if member.enrolment is None or not member.enrolment.student:
        raise RequestError(
            403,
            "no-student",
            say("Only a student with an id in the gradebook can hand in."),
            say("Ask your course's staff to give you one in the roster."),
        )
    return Intent(member.course, assignment, member.enrolment, key, source, member.who.request_id)


async def take_in(request: Request, serves: Server, member: Member, intent: Intent) -> Received:
    """Take in what a request hands in.

    Raises:
        RequestError: It cannot be handed in, or no page of this server has sent the form; nothing of it is kept.
    """

    def check(upload: Upload) -> Intent:
        if member.who.by is By.SESSION and CSRF_HEADER not in request.headers:
            member.who.check_csrf(upload.fields.get(CSRF_FIELD, ""))
        return replace(intent, key=intent.key or upload.fields.get("key", "")[:NAME])

    kind = request.headers.get("Content-Type", "")
    return await receive(serves, intent, kind, request.stream(), length=length_of(request), check=check)


def length_of(request: Request) -> int | None:
    """Return how long a request says that its body is; None when it does not say."""
    said = request.headers.get("Content-Length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else None


@router.get(OF_ASSIGNMENT + "/attempts")
def list_attempts(
    assignment: str,
    serves: Serves,
    member: Anybody,
    student: Annotated[str, Query(max_length=NAME)] = "",
) -> list[dict[str, Any]]:
    """Return one's own attempts, the newest first; staff name a student, or see those of all."""
    member.course.assignment(assignment)
    chosen = select(Attempt).where(Attempt.course_id == member.course.id, Attempt.assignment == assignment)
    if not member.staff:
        chosen = chosen.where(Attempt.person_id == member.who.person.id)
    elif student:
        chosen = chosen.where(Attempt.student == student)
    with serves.database.reading() as session:
        rows = list(session.scalars(chosen.order_by(Attempt.student, Attempt.number.desc())))
        found = views(serves, session, rows, staff=member.staff, now=serves.clock())
    return [one.as_json(member.course.slug) for one in found]


@router.get("/attempts/{attempt}")
def show_attempt(serves: Serves, theirs: TheirAttempt) -> dict[str, Any]:
    """Return what has become of an attempt, as far as it may be seen."""
    with serves.database.reading() as session:
        found = view(serves, session, theirs.attempt, staff=not theirs.own, now=serves.clock())
    audit.note_read(serves, theirs, "score")
    return found.as_json(theirs.attempt.course.slug)


@router.get("/attempts/{attempt}/events", response_class=StreamingResponse)
async def stream_events(
    request: Request,
    theirs: TheirAttempt,
    serves: Serves,
    last_event_id: Annotated[str, Header(max_length=20)] = "",
) -> Response:
    """Send what happens to an attempt as it happens (``text/event-stream``); those of before come first."""
    feed: Feed = request.app.state.feed
    hidden = await run_in_threadpool(_hidden, serves, theirs)
    after = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() else 0

    async def lines() -> AsyncIterator[str]:
        async with contextlib.aclosing(feed.watch(theirs.attempt.id, after)) as watched:
            async for happened in watched:
                if happened is not None and happened.kind in hidden:
                    continue
                yield ": still here\n\n" if happened is None else event_text(happened)

    # Proxies that collect answers before they pass them on would make it no stream.
    return StreamingResponse(lines(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _hidden(serves: Server, theirs: Theirs) -> frozenset[str]:
    """Return the kinds of events that may not be seen: they tell which attempt counts, where that is the best one."""
    with serves.database.reading() as session:
        shown = shown_of(serves, session, theirs.attempt, staff=not theirs.own, now=serves.clock())
    rules = serves.course_of(theirs.attempt.course_id).rules(theirs.attempt.assignment)
    return frozenset() if tells_which_counts(rules, shown) else frozenset({"counts", "entered"})


def event_text(happened: Happened) -> str:
    """Return an event as a stream has it."""
    data = json.dumps({"at": happened.at.isoformat(), **happened.data}, ensure_ascii=False)
    return f"id: {happened.id}\nevent: {happened.kind}\ndata: {data}\n\n"


@router.get("/attempts/{attempt}/receipt")
def show_receipt(theirs: TheirAttempt) -> dict[str, Any]:
    """Return the receipt."""
    return theirs.attempt.receipt


@router.get("/attempts/{attempt}/receipt.txt", response_class=PlainTextResponse)
def print_receipt(theirs: TheirAttempt) -> Response:
    """Return the receipt as text, for printing."""
    name = f"receipt-{theirs.attempt.assignment}-{theirs.attempt.number}.txt"
    return PlainTextResponse(as_text(theirs.attempt.receipt), headers=as_attachment(name))


@router.get("/attempts/{attempt}/files", response_class=FileResponse)
def read_files(serves: Serves, theirs: TheirAttempt) -> Response:
    """Return what was handed in, byte for byte: one file as it is, several in a zip."""
    audit.note_read(serves, theirs, "files")
    must_be_kept(serves, theirs.attempt)
    files = theirs.attempt.files
    if len(files) == 1:
        return file_of(serves, theirs.attempt, files[0]["name"])
    name = f"{theirs.attempt.assignment}-{theirs.attempt.number}.zip"
    folder = serves.storage.files(theirs.attempt.id)
    packed = zipped((one["name"], folder / one["name"]) for one in files)
    return StreamingResponse(packed, media_type="application/zip", headers={**as_attachment(name), **UNREADABLE})


def must_be_kept(serves: Server, attempt: Attempt) -> None:
    """Check that an attempt's files are there.

    Raises:
        RequestError: They were deleted, as the server's settings have it.
    """
    if not serves.storage.attempt(attempt.id).is_dir():
        raise RequestError(
            410,
            "deleted",
            say("The files of this attempt were deleted, some time after the course had ended."),
            say("Its receipt and its marks are still here."),
        )


@router.get("/attempts/{attempt}/files/{name}", response_class=FileResponse)
def read_file(name: str, serves: Serves, theirs: TheirAttempt) -> Response:
    """Return one of the files that were handed in, byte for byte."""
    audit.note_read(serves, theirs, "files")
    return file_of(serves, theirs.attempt, name)


# Bytes of a student's are never shown as a page of this server.
UNREADABLE = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}


def file_of(serves: Server, attempt: Attempt, name: str) -> Response:
    """Return a file that was handed in, to be saved.

    Raises:
        RequestError: There is none of this name.
    """
    # Only by the names that were kept: no name leads elsewhere.
    if all(name != one["name"] for one in attempt.files):
        raise not_found()
    must_be_kept(serves, attempt)
    return FileResponse(
        serves.storage.files(attempt.id) / name,
        media_type="application/octet-stream",
        headers={**as_attachment(name), **UNREADABLE},
    )


def as_attachment(name: str) -> dict[str, str]:
    """Return the header by which a browser saves an answer under a name, whatever letters it has."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def zipped(files: Iterable[tuple[str, Path | bytes]]) -> Iterator[bytes]:
    """Yield a zip file part by part: whoever reads slowly holds no copy of it on the disk.

    Args:
        files: Names, each with a file or its bytes.
    """
    made = _Parts()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            with archive.open(zipfile.ZipInfo(name, EPOCH), "w", force_zip64=True) as entry:
                stream = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
                with stream:
                    while chunk := stream.read(CHUNK):
                        entry.write(chunk)
                        yield made.take()
    yield made.take()


class _Parts(io.RawIOBase):
    """Takes what a zip file is made of, and cannot go back in it."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._held)
        self._held.clear()
        return taken


@router.get("/attempts/{attempt}/feedback", response_class=HTMLResponse)
def read_feedback(serves: Serves, theirs: TheirAttempt) -> Response:
    """Return the feedback page."""
    return HTMLResponse(feedback_of(serves, theirs), headers={"Content-Security-Policy": FEEDBACK_POLICY})


def feedback_of(serves: Server, theirs: Theirs) -> bytes:
    """Return the feedback page of an attempt.

    Raises:
        RequestError: There is none yet, or the rules do not show it now.
    """
    audit.note_read(serves, theirs, "feedback")
    attempt = theirs.attempt
    with serves.database.reading() as session:
        shown = shown_of(serves, session, attempt, staff=not theirs.own, now=serves.clock())
        marking = session.get(Marking, attempt.marking_id) if attempt.marking_id is not None else None
    if marking is None:
        raise RequestError(404, "not-marked", say("This attempt is not marked yet."), say("Look again in a moment."))
    if not shown.feedback:
        raise RequestError(
            403, "not-shown", say("Your instructor shows feedback on this assignment later, or not at all.")
        )
    must_be_kept(serves, attempt)
    served = serves.course_of(attempt.course_id)
    hints_from = served.rules(attempt.assignment).hints
    page = page_of(serves.storage, served.assignments[attempt.assignment], attempt, marking, hints_from)
    if theirs.own:
        hints.note_read(serves.database, marking, page, serves.clock())
    return page


@router.put("/attempts/{attempt}/chosen")
def choose(serves: Serves, theirs: OwnAttempt) -> dict[str, Any]:
    """Choose the attempt that counts, where the rules leave that to the student."""
    return choose_attempt(serves, theirs.attempt).as_json(theirs.attempt.course.slug)


def choose_attempt(serves: Server, attempt: Attempt) -> AttemptView:
    """Let a student's attempt be the one that they have chosen, and return what may be seen of it.

    Raises:
        RequestError: The rules do not leave it to the student.
    """
    course, now = serves.course_of(attempt.course_id), serves.clock()
    rules = course.rules(attempt.assignment)
    if rules.counts is not Counts.CHOSEN:
        raise RequestError(
            409,
            "not-chosen",
            say("Which attempt counts is not chosen in this assignment."),
            say("Your instructor's rules say which one does."),
        )
    with serves.database.writing() as session:
        row = session.get_one(Attempt, attempt.id)
        row.chosen_at = now
        recount(session, rules, course.id, attempt.assignment, attempt.person_id, now)
        session.flush()
        found = view(serves, session, row, staff=False, now=now)
    serves.wake(course.id, attempt.assignment)
    return found


@router.get("/receipt-key", dependencies=[Depends(public)])
def show_key(serves: Serves) -> dict[str, str]:
    """Return the public key by which this server's receipts are checked."""
    return {"algorithm": "Ed25519", "key_id": serves.key.id, "public_key": serves.key.public}


@router.post(
    "/receipts/verify",
    dependencies=[Depends(public)],
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def verify_receipt(request: Request, serves: Serves) -> dict[str, Any]:
    """Check a receipt of this server's."""
    try:
        # As it came: of a field that is there twice, the framework would take the last, and a person reads the first.
        receipt = read(await request.body())
    except ReceiptError as fault:
        return {"valid": False, "why": str(fault)}
    except (ValueError, RecursionError) as fault:
        raise RequestValidationError([{"loc": ("body",), "msg": "JSON decode error"}]) from fault
    if not isinstance(receipt, dict):
        raise RequestValidationError([{"loc": ("body",), "msg": "Input should be a valid dictionary"}])
    try:
        verify(receipt, serves.key.public)
    except ReceiptError as fault:
        return {"valid": False, "why": str(fault)}
    return {"valid": True, "why": ""}
