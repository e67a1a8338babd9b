"""Who somebody is, their tokens; and, for staff, who is in a course, extensions, and the trail of what was done."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy.orm import Session

from autograder.i18n.messages import Message, say
from autograder.i18n.terminal import on_one_line, printable
from autograder.server.accounts import audit, people, tokens
from autograder.server.accounts.access import Instructor, Member, SignedIn, Staff
from autograder.server.accounts.roster import FILE_MAX, RosterError, apply_roster, read_roster
from autograder.server.api import API
from autograder.server.attempts.extensions import (
    REASON,
    ExtensionError,
    NoStudentError,
    extend,
    extensions_of,
    read_time,
)
from autograder.server.errors import RequestError
from autograder.server.server import Key, Server, Serves, not_found
from autograder.server.tables import KEY_MAX, Enrolment, Person, Token

router = APIRouter(prefix=API, tags=["people"])
IN_COURSE = "/courses/{course}"


class NewToken(BaseModel):
    """A token that is asked for."""

    label: Annotated[str, AfterValidator(on_one_line)] = Field("", max_length=100, description="What it is for.")
    days: int | None = Field(
        None, ge=1, le=3660, description="It ends after so many days; without: when it is revoked."
    )


class NewExtension(BaseModel):
    """An extension that is asked for."""

    due_at: str = Field(max_length=64, description="ISO 8601; local time of the rules' zone where it names no zone.")
    reason: Annotated[str, AfterValidator(printable)] = Field("", max_length=REASON, description="For staff.")


@router.get("/me")
def me(who: SignedIn, serves: Serves) -> dict[str, Any]:
    """Who I am, and what I am in which course."""
    return {
        "login": who.person.login,
        "name": who.person.name,
        "email": who.person.email,
        "administers": who.administers,
        "signed_in_by": who.by,
        "csrf": who.csrf,
        "courses": [
            {
                "course": slug,
                "title": one.title,
                "role": who.role(slug),
                "student": who.enrolments[slug].student if slug in who.enrolments else "",
                "section": who.enrolments[slug].section if slug in who.enrolments else "",
            }
            for slug, one in serves.courses.items()
            if who.role(slug) is not None
        ],
    }


@router.get("/me/tokens")
def my_tokens(who: SignedIn, serves: Serves) -> list[dict[str, Any]]:
    """My tokens that were not revoked, the newest first; the secret itself is nowhere kept."""
    with serves.database.reading() as session:
        return [shown(one) for one in people.tokens_of(session, who.person.id, who.opens)]


def shown(token: Token) -> dict[str, Any]:
    """Return what is said of a token."""
    return {
        "id": token.id,
        "hint": token.hint,
        "label": token.label,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }


@router.post("/me/tokens", status_code=201)
def make_my_token(asked: NewToken, who: SignedIn, serves: Serves) -> dict[str, Any]:
    """Make a token for myself. It is in this answer, and never again."""
    now = serves.clock()
    with serves.database.writing() as session:
        row, secret = tokens.make_own(session, who, asked.label, now, ends(asked.days, now))
        return {**shown(row), "token": secret}


def ends(days: int | None, now: datetime) -> datetime | None:
    """Return when a token ends that holds for so many days."""
    return None if days is None else now + timedelta(days=days)


@router.delete("/me/tokens/{token}", status_code=204)
def revoke_my_token(token: Key, who: SignedIn, serves: Serves) -> None:
    """Revoke a token of mine."""
    with serves.database.writing() as session:
        if not tokens.revoke_own(session, who, token, serves.clock()):
            raise not_found()


@router.delete("/me/sessions", status_code=204)
def end_my_sessions(who: SignedIn, serves: Serves) -> None:
    """Sign all of my browsers out."""
    with serves.database.writing() as session:
        people.end_sessions(session, who.person.id, who.opens)
        audit.note(session, serves.clock(), who, "sessions.ended", f"person/{who.person.login}")


@router.get(IN_COURSE + "/roster")
def roster(member: Staff, serves: Serves) -> list[dict[str, Any]]:
    """Who is in the course now."""
    with serves.database.reading() as session:
        return [listed(one) for one in people.members(session, member.course.id)]


def listed(row: Enrolment) -> dict[str, Any]:
    """Return what is said of somebody in a course."""
    return {
        "login": row.person.login,
        "student": row.student,
        "name": row.person.name,
        "email": row.person.email,
        "section": row.section,
        "role": row.role,
        "disabled": row.person.disabled_at is not None,
    }


@router.put(
    IN_COURSE + "/roster",
    openapi_extra={"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def put_roster(
    request: Request,
    member: Instructor,
    serves: Serves,
    end_missing: Annotated[bool, Query(description="Students who are not in it are no longer in the course.")] = False,
) -> dict[str, Any]:
    """Bring the course up to date with a CSV file: student, name, email, section, role."""
    content = await body_of(request)
    return await run_in_threadpool(take_roster, serves, member, content, end_missing)


async def body_of(request: Request) -> bytes:
    """Return a request's body.

    Raises:
        RequestError: It is larger than a roster may be.
    """
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > FILE_MAX:
            raise RequestError(
                413,
                "too-large",
                say("A roster has {most} bytes at most.", most=FILE_MAX),
                say("Take out of it what is no roster."),
            )
    return bytes(content)


def take_roster(serves: Server, member: Member, content: bytes, end_missing: bool) -> dict[str, Any]:
    """Bring a course up to date with a file, and return what was changed.

    Raises:
        RequestError: The file is not right; nothing was changed.
    """
    now = serves.clock()
    try:
        lines = read_roster(content)
        with serves.database.writing() as session:
            changes = apply_roster(session, member.course.id, lines, now, end_missing=end_missing)
            said = {name: getattr(changes, name) for name in ("added", "changed", "gone")}
            audit.note(
                session,
                now,
                member.who,
                "roster.put",
                f"course/{member.course.slug}",
                course_id=member.course.id,
                **said,
                ended=end_missing,
            )
    except RosterError as fault:
        raise RequestError(
            422, "roster", Message(str(fault)), say("Mend the file, and send it again: nothing was changed.")
        ) from fault
    return {**said, "same": len(changes.same), "ended": end_missing}


@router.post(IN_COURSE + "/roster/{login}/tokens", status_code=201)
def make_token_for(login: str, asked: NewToken, member: Instructor, serves: Serves) -> dict[str, Any]:
    """Make a sign-in link for somebody in the course. It is in this answer, and never again."""
    now = serves.clock()
    with serves.database.writing() as session:
        person = person_in(session, member, login)
        admins = serves.settings.administrators
        row, secret = tokens.make_for(session, member, person, now, ends(asked.days, now), admins)
        return {**shown(row), "token": secret, "link": tokens.link_with(serves.settings.url, secret)}


@router.delete(IN_COURSE + "/roster/{login}/tokens", status_code=204)
def revoke_tokens_of(login: str, member: Instructor, serves: Serves) -> None:
    """Revoke all tokens of somebody in the course, and sign all of their browsers out.

    Of somebody who is in others' courses, too: what opens none of these.
    """
    with serves.database.writing() as session:
        person = person_in(session, member, login)
        tokens.lock_out(session, member, person, serves.clock(), serves.settings.administrators)


def person_in(session: Session, member: Member, login: str) -> Person:
    """Return somebody who is in a course now.

    Raises:
        RequestError: There is nobody of this login in it.
    """
    person = people.find_person(session, login)
    if person is None or member.course.slug not in people.enrolments_of(session, person):
        raise not_found()
    return person


@router.get(IN_COURSE + "/assignments/{assignment}/extensions")
def list_extensions(assignment: str, member: Staff, serves: Serves) -> list[dict[str, Any]]:
    """The extensions of an assignment that hold."""
    member.course.assignment(assignment)
    with serves.database.reading() as session:
        return [asdict(one) for one in extensions_of(session, member.course.id, assignment)]


@router.put(IN_COURSE + "/assignments/{assignment}/extensions/{student}")
def put_extension(
    assignment: str, student: str, asked: NewExtension, member: Instructor, serves: Serves
) -> dict[str, Any]:
    """Give a student a later due time; what they have handed in already counts by it."""
    member.course.assignment(assignment)
    try:
        due_at = read_time(member.course.rules(assignment), asked.due_at)
        extend(serves, member, assignment, student, due_at, asked.reason)
    except NoStudentError as fault:
        raise not_found() from fault
    except ExtensionError as fault:
        raise RequestError(422, "extension", Message(str(fault)), say("Nothing was changed.")) from fault
    return {"student": student, "due_at": due_at, "reason": asked.reason}


@router.delete(IN_COURSE + "/assignments/{assignment}/extensions/{student}", status_code=204)
def delete_extension(assignment: str, student: str, member: Instructor, serves: Serves) -> None:
    """Take an extension back; what was handed in counts by the due time of all again."""
    member.course.assignment(assignment)
    try:
        extend(serves, member, assignment, student, None, "")
    except NoStudentError as fault:
        raise not_found() from fault


@router.get(IN_COURSE + "/audit")
def trail(
    member: Instructor,
    serves: Serves,
    before: Annotated[int | None, Query(ge=1, le=KEY_MAX, description="Only lines with a smaller id.")] = None,
    action: Annotated[str, Query(max_length=64, description="Only what begins with this.")] = "",
) -> list[dict[str, Any]]:
    """Who saw or changed what in the course, the newest first."""
    with serves.database.reading() as session:
        found = audit.lines(session, member.course.id, before=before, action=action)
        logins = people.logins_of(session, {one.actor_id for one in found if one.actor_id is not None})
    return [
        {
            "id": one.id,
            "at": one.at,
            "who": logins.get(one.actor_id) if one.actor_id is not None else None,
            "action": one.action,
            "object": one.object,
            "detail": one.detail,
            "request_id": one.request_id,
        }
        for one in found
    ]
