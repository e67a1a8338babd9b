"""What the pages of staff share: who may see them, the way to them, and the links between them."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from autograder.course.assignment import Assignment
from autograder.i18n.languages import DEFAULT
from autograder.server.accounts.access import Member
from autograder.server.pages.frame import Crumb, page
from autograder.server.pages.home import visitor
from autograder.server.tables import Role

IN_COURSE = "/c/{course}/staff"


def address(member: Member, *parts: object) -> str:
    """Return the address of a page of staff in a course."""
    return "/".join((f"/c/{member.course.slug}/staff", *map(str, parts)))


def show(
    request: Request,
    template: str,
    member: Member,
    title: str,
    *,
    assignment: Assignment | None = None,
    ways: tuple[Crumb, ...] = (),
    tab: str = "",
    **values: Any,
) -> Response:
    """Return a page of staff.

    Args:
        request: The request that it answers.
        template: The template's name.
        member: Who looks at it.
        title: What the page is called.
        assignment: The assignment that it is about; None for those about the course.
        ways: Steps between the assignment and the page.
        tab: Which of the pages beside it this one is.
        values: What the template asks for.
    """
    crumbs = [Crumb(member.course.title, address(member, ""))]
    if assignment is not None and tab != "class":
        crumbs.append(Crumb(assignment.title, address(member, assignment.name, "")))
    return page(
        request,
        f"staff/{template}",
        visitor(member.who),
        [*crumbs, *ways, Crumb(title)],
        language=DEFAULT,
        title=title,
        member=member,
        course=member.course,
        instructor=member.role is Role.INSTRUCTOR,
        assignment=assignment,
        tab=tab,
        zone=zone_of(member),
        **values,
    )


def zone_of(member: Member) -> str:
    """Return the zone in which times of a course are said: that of its rules."""
    return next((member.course.rules(name).zone for name in member.course.assignments), "UTC")
