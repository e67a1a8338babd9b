"""Finds out who makes a request, by a token or a browser's cookie, and whether a page of this server sent a form."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from autograder.i18n.messages import NOTHING, Message, say
from autograder.server.accounts import people
from autograder.server.accounts.hub_tokens import HubGoneError, SeveralHubsError
from autograder.server.errors import RequestError
from autograder.server.server import Server, Serves
from autograder.server.settings import Settings
from autograder.server.tables import STAFF, Enrolment, Person, Role

COOKIE = "autograder_session"
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf"
# Browsers take a cookie of such a name from no other host, such as one beside this one, and over TLS alone.
HOST_ONLY = "__Host-"
# They change nothing.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
CHECKS_FORM = "checks_form"
# Who has too much under way tries again after so many seconds.
BUSY_SECONDS = 5.0

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


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
        opens: The keys of the only courses that they may see like this; None: all that they are in.
    """

    person: Person
    enrolments: Mapping[str, Enrolment]
    by: By
    administers: bool = False
    csrf: str = ""
    request_id: str = ""
    opens: tuple[int, ...] | None = None

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


async def identify(request: Request, serves: Serves) -> Who | None:
    """Return who makes a request; None when nobody has signed in.

    Raises:
        RequestError: A token is wrong, or a form does not come from a page of this server.
    """
    try:
        async with serves.hub_tokens.turn(serves.settings.providers, token_in(request)):
            found = await run_in_threadpool(_find, request, serves)
    except HubGoneError as fault:
        raise RequestError(
            503,
            "hub-gone",
            say("JupyterHub could not be asked whose token this is."),
            say("Try again in a minute; a token of this server's own works meanwhile."),
            retry_after=30,
        ) from fault
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
    # By what they see, too: who has a link to one course keeps nobody from another.
    limits, person, ends = serves.settings.limits, (found.person.id, found.opens), getattr(request.state, "ends", None)
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


def cookie_name(settings: Settings, name: str = COOKIE) -> str:
    """Return what a cookie is called: so that no other host can set it, where the server has TLS."""
    return f"{HOST_ONLY}{name}" if settings.https else name


Caller = Annotated[Who | None, Depends(identify)]


def token_in(request: Request) -> str | None:
    """Return the token of a request, as programs and JupyterHub's users send it; None when it has none."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() in ("bearer", "token") and secret.strip() else None


def _find(request: Request, serves: Server) -> Who | None:
    now, secret = serves.clock(), token_in(request)
    if secret is not None:
        return _by_token(request, serves, secret)
    cookie = request.cookies.get(cookie_name(serves.settings))
    if cookie is None:
        return None
    with serves.database.reading() as session:
        row = people.find_session(session, cookie, now)
        if row is None:
            return None
        found = _known(session, serves, row.person, By.SESSION, request, row.opens, row.csrf)
        prolonged = people.prolong(row, now, serves.settings.sessions)
    if prolonged:
        with serves.database.writing() as session:
            session.merge(row)
    return found


def _by_token(request: Request, serves: Server, secret: str) -> Who:
    now = serves.clock()
    with serves.database.reading() as session:
        row = people.find_token(session, secret, now)
        known: tuple[Person, people.Opens] | None = (row.person, row.opens) if row is not None else None
        if known is None and not secret.startswith(people.PREFIX):
            known = _by_hub(session, request, serves, secret)
        found = _known(session, serves, known[0], By.TOKEN, request, known[1]) if known is not None else None
        used = row is not None and people.note_use(row, now)
    if found is None:
        raise wrong_token(request, serves)
    if used:
        with serves.database.writing() as session:
            session.merge(row)
    return found


def _by_hub(session: Session, request: Request, serves: Server, secret: str) -> tuple[Person, people.Opens] | None:
    try:
        return serves.hub_tokens.person(session, serves.settings.providers, secret)
    except SeveralHubsError as fault:
        why = say("This server knows more than one JupyterHub, and cannot tell which one a token is of.")
        raise wrong_token(request, serves, why) from fault


def _known(
    session: Session, serves: Server, person: Person, by: By, request: Request, opens: people.Opens, csrf: str = ""
) -> Who:
    enrolments = people.enrolments_of(session, person, opens)
    administers = opens is None and (person.administers or person.login in serves.settings.administrators)
    request_id = getattr(request.state, "request_id", "")
    return Who(person, enrolments, by, administers, csrf, request_id, None if opens is None else tuple(opens))


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
