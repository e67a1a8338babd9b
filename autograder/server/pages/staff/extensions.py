"""Shows staff the extensions of an assignment; instructors give them and take them back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from autograder.i18n.messages import Message, say
from autograder.server.accounts import people
from autograder.server.accounts.access import Instructor, Staff
from autograder.server.attempts.extensions import ExtensionError, extend, extensions_of, read_time
from autograder.server.errors import RequestError
from autograder.server.pages.frame import go
from autograder.server.pages.staff.frame import IN_COURSE, address, show
from autograder.server.server import Serves
from autograder.server.tables import Role

router = APIRouter(include_in_schema=False)


@router.get(IN_COURSE + "/{assignment}/extensions")
def extensions_page(request: Request, assignment: str, member: Staff, serves: Serves) -> Response:
    """Show the extensions of an assignment."""
    found = member.course.assignment(assignment)
    with serves.database.reading() as session:
        given = extensions_of(session, member.course.id, assignment)
        students = people.members(session, member.course.id, Role.STUDENT)
    return show(
        request, "extensions.html.j2", member, "Extensions", assignment=found, tab="extensions", given=given,
        students=students, rules=member.course.rules(assignment), student=request.query_params.get("student", ""),
    )  # fmt: skip


@router.post(IN_COURSE + "/{assignment}/extensions")
def give(
    assignment: str,
    member: Instructor,
    serves: Serves,
    student: Annotated[str, Form()] = "",
    due_at: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Give a student a later due time; without one, take an extension back."""
    member.course.assignment(assignment)
    try:
        rules = member.course.rules(assignment)
        at = read_time(rules, due_at) if due_at.strip() else None
        extend(serves, member, assignment, student.strip(), at, reason.strip())
    except ExtensionError as fault:
        raise RequestError(422, "extension", Message(str(fault)), say("Nothing was changed.")) from fault
    return go(address(member, assignment, "extensions"), "extended")
