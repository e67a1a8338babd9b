"""Decides who may do what. Each route names one of these rules; `check_rules` refuses an app with one that has none.

A rule is a dependency of FastAPI; `autograder.server.accounts.credentials` finds out who asks. What somebody may not
know of is not found, 404, as what is not there: a course that they are not in, somebody else's attempt. 403 is for what
they know of and may not do.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from autograder.i18n.messages import NOTHING, Message, say
from autograder.server.accounts.credentials import Caller, Who, token_in
from autograder.server.errors import RequestError
from autograder.server.server import ServedCourse, Server, Serves, not_found
from autograder.server.tables import STAFF, Attempt, Enrolment, Role


@dataclass(frozen=True)
class Member:
    """Who makes a request about a course, and what they are in it.

    Attributes:
        who: Who it is.
        course: The course.
        role: What they are in it.
        enrolment: Their row in it; None for an administrator who has none.
    """

    who: Who
    course: ServedCourse
    role: Role
    enrolment: Enrolment | None

    @property
    def staff(self) -> bool:
        """Whether they are staff in it."""
        return self.role in STAFF


class Rule(StrEnum):
    """The kinds of rules."""

    # Anybody, signed in or not.
    PUBLIC = "public"
    SIGNED_IN = "signed in"
    # On the server's own machine, or with the token of its settings.
    OPERATOR = "operator"
    COURSE = "in the course"
    ATTEMPT = "whose attempt it is"


@dataclass(frozen=True)
class Access:
    """A rule of a route.

    Attributes:
        rule: Its kind.
        roles: The roles in the course that may do it, for `Rule.COURSE` and `Rule.ATTEMPT`.
    """

    rule: Rule
    roles: tuple[Role, ...] = ()


Dependency = Callable[..., Any]
_rules: dict[Dependency, Access] = {}


def _declares(rule: Rule, *roles: Role) -> Callable[[Dependency], Dependency]:
    def keep(dependency: Dependency) -> Dependency:
        _rules[dependency] = Access(rule, roles)
        return dependency

    return keep


@_declares(Rule.PUBLIC)
def public() -> None:
    """Let anybody in."""


@_declares(Rule.SIGNED_IN)
def signed_in(found: Caller) -> Who:
    """Let in who has signed in.

    Raises:
        RequestError: Nobody has.
    """
    if found is None:
        raise RequestError(
            401,
            "not-signed-in",
            say("You have not signed in, or not for a long time."),
            say("Sign in with the link or the token that you were given."),
        )
    return found


SignedIn = Annotated[Who, Depends(signed_in)]


@_declares(Rule.OPERATOR)
def operator(request: Request, serves: Serves) -> None:
    """Let in who asks on the server's own machine, or has the token of its settings.

    Raises:
        RequestError: Nothing is there for others.
    """
    token = serves.settings.metrics_token
    if token and hmac.compare_digest((token_in(request) or "").encode(), token.encode()):
        return
    # What a proxy passes on comes from elsewhere, whatever it says of where.
    passed_on = any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"))
    if passed_on or not _is_local(request):
        raise not_found()


def _is_local(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:  # a socket's name
        return False


def allowed(*roles: Role) -> Dependency:
    """Return the rule of a route with ``{course}`` in its path that some roles in the course may use.

    Args:
        roles: These. Administrators are instructors in every course.
    """

    @_declares(Rule.COURSE, *roles)
    def rule(course: str, found: SignedIn, serves: Serves) -> Member:
        served, role = serves.course(course), found.role(course)
        if role is None:
            raise not_found()
        if role not in roles:
            raise forbidden()
        return Member(found, served, role, found.enrolments.get(course))

    return rule


Anybody = Annotated[Member, Depends(allowed(*Role))]
Student = Annotated[Member, Depends(allowed(Role.STUDENT))]
Staff = Annotated[Member, Depends(allowed(*STAFF))]
Instructor = Annotated[Member, Depends(allowed(Role.INSTRUCTOR))]


@dataclass(frozen=True)
class Theirs:
    """An attempt, and who asks for it.

    Attributes:
        who: Who it is.
        attempt: The attempt, with its course and its person.
        own: Whether it is their own; it is a student's of a course that they teach otherwise.
    """

    who: Who
    attempt: Attempt
    own: bool


def _find_attempt(serves: Server, attempt: str, found: Who) -> Theirs:
    with serves.database.reading() as session:
        chosen = select(Attempt).options(joinedload(Attempt.course), joinedload(Attempt.person))
        row = session.scalar(chosen.where(Attempt.id == attempt))
    # A course that is no longer served, or that they have left, is not there for them, with all that is in it.
    if row is None or row.course.slug not in serves.courses or found.role(row.course.slug) is None:
        raise not_found()
    return Theirs(found, row, row.person_id == found.person.id)


@_declares(Rule.ATTEMPT, Role.STUDENT)
def _own(attempt: str, found: SignedIn, serves: Serves) -> Theirs:
    theirs = _find_attempt(serves, attempt, found)
    if theirs.own:
        return theirs
    raise forbidden() if found.teaches(theirs.attempt.course.slug) else not_found()


@_declares(Rule.ATTEMPT, Role.STUDENT, *STAFF)
def _own_or_staff(attempt: str, found: SignedIn, serves: Serves) -> Theirs:
    theirs = _find_attempt(serves, attempt, found)
    if theirs.own or found.teaches(theirs.attempt.course.slug):
        return theirs
    raise not_found()


# An attempt that staff may see, too, and one that is for its student alone.
TheirAttempt = Annotated[Theirs, Depends(_own_or_staff)]
OwnAttempt = Annotated[Theirs, Depends(_own)]


def forbidden(why: Message = NOTHING, what_to_do: Message = NOTHING) -> RequestError:
    """Return the error for what somebody knows of and may not do."""
    return RequestError(
        403,
        "not-allowed",
        why or say("You may not do this."),
        what_to_do or say("Ask the course's instructor, if you think that you should."),
    )


class UnruledError(Exception):
    """Routes do not say who may use them; the message names them."""


def check_rules(app: FastAPI) -> None:
    """Check that each route of an app names one rule.

    Raises:
        UnruledError: A route names none, or two that are not the same.
    """
    wrong = [f"{path}: {len(found)} rules" for path, found in rules_of(app) if len(found) != 1]
    if wrong:
        raise UnruledError("each route depends on one rule of autograder.server.accounts.access: " + "; ".join(wrong))


def rules_of(app: FastAPI) -> Iterator[tuple[str, set[Access]]]:
    """Yield each route's methods and path, and the rules that it names; the description of all is for anybody."""
    for route in app.routes:
        if isinstance(route, APIRoute):
            yield f"{' '.join(sorted(route.methods or ()))} {route.path}", set(_asked(route.dependant))
        elif getattr(route, "path", None) == app.openapi_url:
            yield f"GET {app.openapi_url}", {Access(Rule.PUBLIC)}
        else:
            yield str(route), set()


def _asked(dependant: Dependant) -> Iterator[Access]:
    for one in dependant.dependencies:
        if one.call in _rules:
            # What it is built on is no rule of the route's own.
            yield _rules[one.call]
        else:
            yield from _asked(one)
