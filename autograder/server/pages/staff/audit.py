"""Shows instructors who saw or changed what in a course."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from autograder.server.accounts import audit, people
from autograder.server.accounts.access import Instructor
from autograder.server.pages.staff.frame import IN_COURSE, show
from autograder.server.server import Serves
from autograder.server.tables import KEY_MAX

router = APIRouter(include_in_schema=False)


@router.get(IN_COURSE + "/audit")
def audit_page(
    request: Request,
    member: Instructor,
    serves: Serves,
    before: Annotated[int | None, Query(ge=1, le=KEY_MAX)] = None,
    action: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Show the trail, the newest first."""
    with serves.database.reading() as session:
        lines = audit.lines(session, member.course.id, before=before, action=action.strip())
        logins = people.logins_of(session, {one.actor_id for one in lines if one.actor_id is not None})
    return show(
        request, "audit.html.j2", member, "Audit trail", tab="audit", lines=lines, logins=logins, action=action,
        older=lines[-1].id if len(lines) == audit.PAGE else None,
    )  # fmt: skip
