"""Shows staff who is in a course; instructors bring the roster up to date, and make sign-in links."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from autograder.server.accounts import people, tokens
from autograder.server.accounts.access import Instructor, Member, Staff
from autograder.server.accounts.credentials import checks_form
from autograder.server.accounts.roster import EXAMPLE, FILE_MAX
from autograder.server.api.people import person_in, take_roster
from autograder.server.pages.frame import go
from autograder.server.pages.staff.frame import IN_COURSE, address, show
from autograder.server.pages.uploaded import uploaded
from autograder.server.server import Server, Serves

router = APIRouter(include_in_schema=False)


@router.get(IN_COURSE + "/people")
def people_page(request: Request, member: Staff, serves: Serves) -> Response:
    """Show who is in a course."""
    return _page(request, member, serves)


def _page(request: Request, member: Member, serves: Server, **shown: Any) -> Response:
    with serves.database.reading() as session:
        found = people.members(session, member.course.id)
    given = {"changes": None, "link": "", "of": "", **shown}
    return show(request, "people.html.j2", member, "People", tab="people", people=found, example=EXAMPLE, **given)


@router.post(IN_COURSE + "/people")
@checks_form
async def put_roster(request: Request, member: Instructor, serves: Serves) -> Response:
    """Bring the course up to date with a CSV file."""
    async with uploaded(request, member.who, serves) as upload:
        content = b"".join((upload.folder / one.name).read_bytes()[: FILE_MAX + 1] for one in upload.files[:1])
        ends = "end_missing" in upload.fields
    changes = await run_in_threadpool(take_roster, serves, member, content, ends)
    return await run_in_threadpool(_page, request, member, serves, changes=changes)


@router.post(IN_COURSE + "/people/{login}/link")
def make_link(request: Request, login: str, member: Instructor, serves: Serves) -> Response:
    """Make a sign-in link for somebody; it is shown this once."""
    with serves.database.writing() as session:
        person = person_in(session, member, login)
        _, secret = tokens.make_for(session, member, person, serves.clock(), None, serves.settings.administrators)
    link = tokens.link_with(serves.settings.url, secret)
    return _page(request, member, serves, link=link, of=person.login)


@router.post(IN_COURSE + "/people/{login}/locked-out")
def lock_out(login: str, member: Instructor, serves: Serves) -> Response:
    """Revoke all tokens of somebody, and sign all of their browsers out, as far as that is this instructor's."""
    with serves.database.writing() as session:
        person = person_in(session, member, login)
        all_ = tokens.lock_out(session, member, person, serves.clock(), serves.settings.administrators)
    return go(address(member, "people"), "locked-out" if all_ else "locked-out-here")
