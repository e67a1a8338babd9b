"""Assignments and where one stands in them; what students fetch; and, for staff, what is to be collected."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy import select

from autograder.i18n.messages import say
from autograder.server.accounts import audit
from autograder.server.accounts.access import Anybody, Instructor, Member, SignedIn, Staff
from autograder.server.api import API
from autograder.server.api.attempts import OF_ASSIGNMENT, UNREADABLE, as_attachment, zipped
from autograder.server.attempts.assignment_view import assignment_json, assignments_of
from autograder.server.attempts.attempt_view import views
from autograder.server.attempts.releases import BYTES_MAX, ReleaseError, Releases, files_in, pack
from autograder.server.attempts.storage import SCRATCH
from autograder.server.attempts.uploads import read_form
from autograder.server.errors import RequestError
from autograder.server.marking.entering import timestamp_of
from autograder.server.server import Server, Serves
from autograder.server.settings import Limits
from autograder.server.tables import NAME, Attempt
from autograder.submissions.checks import TIMESTAMP

router = APIRouter(prefix=API, tags=["releases"])
ZIP = "application/zip"
# A zip that is sent is one file.
SENT = Limits(files=1, file_bytes=BYTES_MAX, attempt_bytes=BYTES_MAX)


@router.get("/assignments")
def list_all_assignments(serves: Serves, who: SignedIn) -> list[dict[str, Any]]:
    """Return where I stand in all assignments of all courses that I am in."""
    with serves.database.reading() as session:
        mine = [one for slug, one in serves.courses.items() if who.role(slug) is not None]
        return [told for one in mine for told in assignments_of(serves, session, who, one)]


@router.get("/courses/{course}/assignments")
def list_assignments(serves: Serves, member: Anybody) -> list[dict[str, Any]]:
    """Return where I stand in the assignments of a course."""
    with serves.database.reading() as session:
        return assignments_of(serves, session, member.who, member.course)


@router.get(OF_ASSIGNMENT)
def show_assignment(assignment: str, serves: Serves, member: Anybody) -> dict[str, Any]:
    """Return where I stand in an assignment, and the SHA-256 of each file that students get."""
    member.course.assignment(assignment)
    with serves.database.reading() as session:
        return assignment_json(serves, session, member.who, member.course, assignment, files=True)


@router.get(OF_ASSIGNMENT + "/release", response_class=Response)
def fetch_release(
    assignment: str, serves: Serves, member: Anybody, language: Annotated[str, Query(max_length=NAME)] = ""
) -> Response:
    """Return the folder that students get, as a zip file."""
    set_ = member.course.assignment(assignment)
    if language and language not in set_.languages:
        raise RequestError(
            404,
            "no-edition",
            say("There is no edition in {language}.", language=language),
            say("There are {languages}.", languages=set_.languages),
        )
    opens = member.course.rules(assignment).opens
    folder = Releases(serves.data).folder(member.course, assignment, language)
    if folder is None or (opens is not None and serves.clock() < opens and not member.staff):
        raise RequestError(
            403,
            "not-released",
            say("This assignment is not released yet."),
            say("Fetch it once your instructor has released it."),
        )
    return Response(pack(dict(files_in(folder))), media_type=ZIP, headers=as_attachment(f"{assignment}.zip"))


@router.put(
    OF_ASSIGNMENT + "/release",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {"files": {"type": "string", "format": "binary"}}}
                }
            },
        }
    },
)
async def send_release(assignment: str, request: Request, serves: Serves, member: Instructor) -> dict[str, Any]:
    """Let students get what is in a zip file, once it was looked through for solutions and tests."""
    set_ = member.course.assignment(assignment)
    with tempfile.TemporaryDirectory(dir=serves.data, prefix=SCRATCH) as scratch:
        form = request.headers.get("Content-Type", "")
        upload = await read_form(form, request.stream(), Path(scratch), SENT, serves.room)
        if len(upload.files) != 1:
            raise RequestError(
                422, "no-file", say("No file came."), say("Send the folder that students get as one zip file.")
            )
        archive = Path(scratch) / upload.files[0].name
        try:
            await run_in_threadpool(Releases(serves.data).send, member.course, set_, archive)
        except ReleaseError as fault:
            raise RequestError(
                422,
                "not-released",
                say("This is not released: {fault}.", fault=str(fault)),
                say("Nothing has changed for students. Mend it, and release it again."),
            ) from fault
        await run_in_threadpool(note, serves, member, "release.sent", assignment, sha256=upload.files[0].sha256)
    return {"course": member.course.slug, "assignment": assignment, "sha256": upload.files[0].sha256}


@router.delete(OF_ASSIGNMENT + "/release", status_code=204)
def withdraw_release(assignment: str, serves: Serves, member: Instructor) -> None:
    """Let students no longer fetch an assignment; what was handed in stays."""
    member.course.assignment(assignment)
    Releases(serves.data).withdraw(member.course, assignment)
    note(serves, member, "release.withdrawn", assignment)


@router.get(OF_ASSIGNMENT + "/submissions", response_model=None, responses={200: {"content": {ZIP: {}}}})
def collect(
    assignment: str, serves: Serves, member: Staff, format: Annotated[str, Query(pattern="^(json|zip)$")] = "json"
) -> Response:
    """Return each student's attempt that counts: what is known of it, or the files, as nbgrader has submissions."""
    member.course.assignment(assignment)
    counted = select(Attempt).where(
        Attempt.course_id == member.course.id, Attempt.assignment == assignment, Attempt.counts
    )
    with serves.database.reading() as session:
        rows = list(session.scalars(counted.order_by(Attempt.student)))
        found = views(serves, session, rows, staff=True, now=serves.clock())
    if format == "json":
        return JSONResponse([one.as_json(member.course.slug) for one in found])
    note(serves, member, "submissions.collected", assignment, number=len(rows))
    name = f"{assignment}-submissions.zip"
    packed = zipped(_collected(serves, rows))
    return StreamingResponse(packed, media_type=ZIP, headers={**as_attachment(name), **UNREADABLE})


def _collected(serves: Server, rows: Sequence[Attempt]) -> Iterator[tuple[str, Path | bytes]]:
    for row in (one for one in rows if serves.storage.files(one.id).is_dir()):
        for one in row.files:
            yield f"{row.student}/{one['name']}", serves.storage.files(row.id) / one["name"]
        yield f"{row.student}/{TIMESTAMP}", timestamp_of(row).encode()


def note(serves: Server, member: Member, action: str, assignment: str, **detail: Any) -> None:
    """Add a line to the trail about an assignment."""
    with serves.database.writing() as session:
        what, course = f"assignment/{assignment}", member.course.id
        audit.note(session, serves.clock(), member.who, action, what, course_id=course, **detail)
