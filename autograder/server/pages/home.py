"""Shows a person's courses, with the assignments in them and where they stand; and takes the choice of a language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session

from autograder.course.assignment import Assignment
from autograder.i18n.catalogue import Catalogue, catalogue
from autograder.server.accounts.access import Anybody, SignedIn, public
from autograder.server.accounts.credentials import Who
from autograder.server.pages import static
from autograder.server.pages.frame import MY_COURSES, Crumb, Visitor, go, local, page
from autograder.server.pages.language import COOKIE, COOKIE_SECONDS, language_of, languages
from autograder.server.pages.standing import Standing, standing
from autograder.server.server import ServedCourse, Server, Serves
from autograder.server.tables import Role

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class ShownCourse:
    """A course as its members see it.

    Attributes:
        slug: Its name in addresses.
        title: What people call it.
        staff: Whether they are staff in it.
        assignments: Where they stand in each of its assignments.
    """

    slug: str
    title: str
    staff: bool
    assignments: list[Standing]


def visitor(found: Who) -> Visitor:
    """Return how the frame of a page names a person."""
    return Visitor(found.person.name or found.person.login, found.csrf)


def in_language(assignment: Assignment, language: str) -> Assignment:
    """Return an assignment in a language, or in English where it has no edition in it."""
    return assignment.in_language(language if language in assignment.languages else assignment.language)


def texts_of(request: Request, assignment: Assignment) -> Catalogue:
    """Return what says a page's texts and an assignment's own, whether or not it has an edition in the language."""
    return catalogue(language_of(request), (assignment.folder, assignment.name))


@router.get("/")
def first_page(request: Request, found: SignedIn, serves: Serves) -> Response:
    """Show all courses that somebody is in."""
    mine = [one for slug, one in serves.courses.items() if found.role(slug) is not None]
    title = catalogue(language_of(request)).text(MY_COURSES)
    return page(
        request, "courses.html.j2", visitor(found), title=title, courses=_shown(request, serves, found, mine),
        login=found.person.login,
    )  # fmt: skip


@router.get("/c/{course}/")
def course_page(request: Request, member: Anybody, serves: Serves) -> Response:
    """Show one course."""
    served = member.course
    return page(
        request,
        "courses.html.j2",
        visitor(member.who),
        [Crumb(served.title)],
        title=served.title,
        courses=_shown(request, serves, member.who, [served]),
        login=member.who.person.login,
    )


def _shown(request: Request, serves: Server, found: Who, courses: Iterable[ServedCourse]) -> list[ShownCourse]:
    language, shown = language_of(request), []
    with serves.database.reading() as session:
        for served in courses:
            assignments = [
                _standing(session, serves, served, in_language(one, language), found)
                for one in served.assignments.values()
            ]
            shown.append(ShownCourse(served.slug, served.title, found.teaches(served.slug), assignments))
    return shown


def _standing(session: Session, serves: Server, served: ServedCourse, assignment: Assignment, found: Who) -> Standing:
    student = found.role(served.slug) is Role.STUDENT
    return standing(serves, session, served, assignment, found.person.id, gradebook=student)


@router.post("/language", dependencies=[Depends(public)])
def choose_language(language: Annotated[str, Form()], next: Annotated[str, Form()] = "/") -> Response:
    """Keep the language that somebody chose, and lead back to the page."""
    answer = go(local(next))
    if language in languages():
        answer.set_cookie(COOKIE, language, COOKIE_SECONDS, httponly=True, samesite="lax")
    return answer


@router.get("/static/{name}", dependencies=[Depends(public)])
def static_file(request: Request, name: str) -> Response:
    """Return a file that pages load."""
    return static.answer(name, request)


@router.get("/favicon.ico", dependencies=[Depends(public)])
def icon(request: Request) -> Response:
    """Return the icon, for browsers that look for it by this name."""
    return static.answer(static.static_files()["icon"].name, request)
