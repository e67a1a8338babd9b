"""Decides who may do what. Each route names one of these rules; `check_rules` refuses an app with one that has none.

A rule is a dependency of FastAPI. What somebody may not know of is not found, 404, as what is not there: a course that
they are not in, somebody else's attempt. 403 is for what they know of and may not do.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from starlette.concurrency import run_in_threadpool

from autograder.i18n.messages import NOTHING, Message, say
from autograder.server.accounts import people
from autograder.server.accounts.hub_tokens import HubGoneError, SeveralHubsError
from autograder.server.errors import RequestError
from autograder.server.server import ServedCourse, Server, not_found, server
from autograder.server.tables import Attempt, Enrolment, Person, Role

COOKIE = "autograder_session"
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf"
# They change nothing.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
CHECKS_FORM = "checks_form"
# Who has too much under way tries again after so many seconds.
BUSY_SECONDS = 5.0
STAFF = (Role.TA, Role.INSTRUCTOR)


class By(StrEnum):
    """How somebody has signed in."""

    SESSION = "session"
    TOKEN = "token"


@dataclass(frozen=True)
class Who:
    """Who makes a request.

    Attributes:
        person: The person.
        enrolments: What they are, by the names of the courses that they are in now.
        by: How they have signed in.
        administers: Whether they may see and set up all courses.
        csrf: What the forms of a browser's pages send along; empty for programs.
        request_id: The id that the log has of the request.
    """

    person: Person
    enrolments: Mapping[str, Enrolment]
    by: By
    administers: bool = False
    csrf: str = ""
    request_id: str = ""

    def role(self, course: str) -> Role | None:
        """Return what they are in a course; None where they are nothing. An administrator is an instructor anywhere."""
        if course in self.enrolments:
            return Role.INSTRUCTOR if self.administers else self.enrolments[course].role
        return Role.INSTRUCTOR if self.administers else None

    def teaches(self, course: str) -> bool:
        """Return whether they are staff in a course."""
        return self.role(course) in STAFF

    def check_csrf(self, sent: str) -> None:
        """Check what a form has sent along; for routes that read a form with files themselves.

        Raises:
            RequestError: It is not what this browser's pages hold.
        """
        if self.by is By.SESSION and not hmac.compare_digest(sent.encode(), self.csrf.encode()):
            raise forged()


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
    ADMINISTRATOR = "administrator"
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
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_rules: dict[Dependency, Access] = {}


def _declares(rule: Rule, *roles: Role) -> Callable[[Dependency], Dependency]:
    def keep(dependency: Dependency) -> Dependency:
        _rules[dependency] = Access(rule, roles)
        return dependency

    return keep


async def who(request: Request, serves: Annotated[Server, Depends(server)]) -> Who | None:
    """Return who makes a request; None when nobody has signed in.

    Raises:
        RequestError: A token is wrong, or a form does not come from a page of this server.
    """
    found = await run_in_threadpool(_find, request, serves)
    if found is not None:
        _admit(request, serves, found)
    if found is not None and found.by is By.SESSION and request.method not in SAFE_METHODS:
        await _check_form(request, serves, found)
    return found


def _admit(request: Request, serves: Server, found: Who) -> None:
    """Let a person's request in, unless they have too many under way, or change too much.

    Raises:
        RequestError: They have, or do; it says when to try again.
    """
    limits, person, ends = serves.settings.limits, found.person.id, getattr(request.state, "ends", None)
    if ends is not None:
        if not serves.busy.begin("request", person, limits.at_once):
            raise too_many(say("You have {number} requests under way already.", number=limits.at_once), BUSY_SECONDS)
        ends.append(lambda: serves.busy.end("request", person))
    if request.method in SAFE_METHODS or any(found.teaches(one) for one in serves.courses):
        return
    wait = serves.changes.note(str(person), serves.clock(), limits.changes)
    if wait is not None:
        raise too_many(say("You have sent {number} requests within ten minutes.", number=limits.changes), wait)


def too_many(why: Message, wait: float) -> RequestError:
    """Return the error for somebody who asks for more than the server gives one person."""
    return RequestError(
        429, "too-many-requests", why, say("Close other pages and stop other programs of yours, then try again."),
        retry_after=wait,
    )  # fmt: skip


Caller = Annotated[Who | None, Depends(who)]


def token_in(request: Request) -> str | None:
    """Return the token of a request, as programs and JupyterHub's users send it; None when it has none."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() in ("bearer", "token") and secret.strip() else None


def _find(request: Request, serves: Server) -> Who | None:
    now, secret = serves.clock(), token_in(request)
    if secret is not None:
        return _by_token(request, serves, secret)
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        return None
    with serves.database.reading() as session:
        row = people.find_session(session, cookie, now)
        if row is None:
            return None
        found = _known(session, serves, row.person, By.SESSION, request, row.csrf)
        prolonged = people.prolong(row, now, serves.settings.sessions)
    if prolonged:
        with serves.database.writing() as session:
            session.merge(row)
    return found


def _by_token(request: Request, serves: Server, secret: str) -> Who:
    now = serves.clock()
    with serves.database.reading() as session:
        row = people.find_token(session, secret, now)
        person = row.person if row is not None else None
        if person is None and not secret.startswith(people.PREFIX):
            person = _by_hub(session, request, serves, secret)
        found = _known(session, serves, person, By.TOKEN, request) if person is not None else None
        used = row is not None and people.note_use(row, now)
    if found is None:
        raise wrong_token(request, serves)
    if used:
        with serves.database.writing() as session:
            session.merge(row)
    return found


def _by_hub(session: Session, request: Request, serves: Server, secret: str) -> Person | None:
    try:
        return serves.hub_tokens.person(session, serves.settings.providers, secret)
    except SeveralHubsError as fault:
        why = say("This server knows several JupyterHubs, and cannot tell which one a token is of.")
        raise wrong_token(request, serves, why) from fault
    except HubGoneError as fault:
        raise RequestError(
            503,
            "hub-gone",
            say("JupyterHub could not be asked whose token this is."),
            say("Try again in a minute; a token of this server's own works meanwhile."),
            retry_after=30,
        ) from fault


def _known(session: Session, serves: Server, person: Person, by: By, request: Request, csrf: str = "") -> Who:
    enrolments = people.enrolments_of(session, person)
    administers = person.administers or person.login in serves.settings.administrators
    return Who(person, enrolments, by, administers, csrf, getattr(request.state, "request_id", ""))


async def _check_form(request: Request, serves: Server, found: Who) -> None:
    """Check that what a browser asks to change was asked on a page of this server.

    Raises:
        RequestError: It was asked elsewhere.
    """
    check_origin(request, serves)
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    sent = request.headers.get(CSRF_HEADER)
    if sent is None and kind == MULTIPART and getattr(request.scope.get("endpoint"), CHECKS_FORM, False):
        return
    if sent is None and kind == FORM:
        field_ = (await request.form()).get(CSRF_FIELD)
        sent = field_ if isinstance(field_, str) else None
    found.check_csrf(sent or "")


def checks_form(endpoint: Endpoint) -> Endpoint:
    """Mark the function of a route that reads a form with files itself, as it comes, and calls `Who.check_csrf`.

    A form with files that is sent to any other route is refused: nobody has looked at its token.
    """
    setattr(endpoint, CHECKS_FORM, True)
    return endpoint


def check_origin(request: Request, serves: Server) -> None:
    """Check that no other site's page has made a browser send this.

    Raises:
        RequestError: One has.
    """
    # Browsers name the page's site with whatever changes something, and no page can make them name another.
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() != serves.settings.origin:
        raise forged()
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise forged()


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


@_declares(Rule.ADMINISTRATOR)
def administrator(found: Annotated[Who, Depends(signed_in)]) -> Who:
    """Let in who administers the server.

    Raises:
        RequestError: They do not.
    """
    if not found.administers:
        raise forbidden()
    return found


@_declares(Rule.OPERATOR)
def operator(request: Request, serves: Annotated[Server, Depends(server)]) -> None:
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
        roles: These; all roles when none is named. Administrators are instructors in every course.
    """
    return _allowed(roles or tuple(Role))


def _allowed(roles: tuple[Role, ...]) -> Dependency:
    if roles in _made:
        return _made[roles]

    @_declares(Rule.COURSE, *roles)
    def rule(course: str, found: SignedIn, serves: Annotated[Server, Depends(server)]) -> Member:
        served, role = serves.course(course), found.role(course)
        if role is None:
            raise not_found()
        if role not in roles:
            raise forbidden()
        return Member(found, served, role, found.enrolments.get(course))

    _made[roles] = rule
    return rule


# A rule is made once for the same roles, so that FastAPI asks it once in a request.
_made: dict[tuple[Role, ...], Dependency] = {}


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


def own_attempt(*, staff: bool = True) -> Dependency:
    """Return the rule of a route with ``{attempt}`` in its path: for the student who made it, and staff of the course.

    Args:
        staff: Whether staff may, too.
    """
    return _own_or_staff if staff else _own


def _find_attempt(serves: Server, attempt: str, found: Who) -> Theirs:
    with serves.database.reading() as session:
        chosen = select(Attempt).options(joinedload(Attempt.course), joinedload(Attempt.person))
        row = session.scalar(chosen.where(Attempt.id == attempt))
    # A course that is no longer served, or that they have left, is not there for them, with all that is in it.
    if row is None or row.course.slug not in serves.courses or found.role(row.course.slug) is None:
        raise not_found()
    return Theirs(found, row, row.person_id == found.person.id)


@_declares(Rule.ATTEMPT, Role.STUDENT)
def _own(attempt: str, found: SignedIn, serves: Annotated[Server, Depends(server)]) -> Theirs:
    theirs = _find_attempt(serves, attempt, found)
    if theirs.own:
        return theirs
    raise forbidden() if found.teaches(theirs.attempt.course.slug) else not_found()


@_declares(Rule.ATTEMPT, Role.STUDENT, *STAFF)
def _own_or_staff(attempt: str, found: SignedIn, serves: Annotated[Server, Depends(server)]) -> Theirs:
    theirs = _find_attempt(serves, attempt, found)
    if theirs.own or found.teaches(theirs.attempt.course.slug):
        return theirs
    raise not_found()


def forbidden(why: Message = NOTHING, what_to_do: Message = NOTHING) -> RequestError:
    """Return the error for what somebody knows of and may not do."""
    return RequestError(
        403,
        "not-allowed",
        why or say("You may not do this."),
        what_to_do or say("Ask the course's instructor, if you think that you should."),
    )


def forged() -> RequestError:
    """Return the error for what was not asked for on a page of this server, as far as can be told."""
    return RequestError(
        403,
        "forged",
        say("This did not come from a page of this server, or that page is too old."),
        say("Load the page again, and repeat what you did."),
    )


def wrong_token(request: Request, serves: Server, why: Message = NOTHING) -> RequestError:
    """Note that a wrong token came, and return the error: another one after too many of them.

    Args:
        request: The request.
        serves: The server.
        why: Why it is none; left out, where more is not to be said.
    """
    address = request.client.host if request.client else ""
    wait = serves.guesses.wrong(address, serves.clock(), serves.settings.sessions.wrong_in_ten_minutes)
    what = why or say("The token is wrong, has been revoked, or has ended.")
    if wait is not None:
        return RequestError(
            429, "too-many-guesses", what, say("Wait some minutes before you try again."), retry_after=wait
        )
    return RequestError(
        401,
        "wrong-token",
        what,
        say("Make a new one on the page of your tokens, or ask your instructor for a new link."),
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
