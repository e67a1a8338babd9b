"""Signs browsers in and out.

A sign-in link is ``/sign-in#TOKEN``: what stands behind the ``#`` is sent to no server, and is in no log and no
``Referer``. The page's script moves it into the form, whose button a person presses: what opens links by itself signs
nobody in, such as a mail program, or another site's page, which would sign somebody in as its own author. Without a
script the token is pasted.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy.orm import Session

from autograder.i18n.catalogue import catalogue
from autograder.i18n.messages import NOTHING, Message
from autograder.server.accounts import audit, people
from autograder.server.accounts.access import SignedIn, public
from autograder.server.accounts.credentials import By, Who, check_origin, cookie_name, wrong_token
from autograder.server.accounts.tokens import SIGN_IN
from autograder.server.pages.frame import Visitor, go, local, page
from autograder.server.pages.language import language_of
from autograder.server.server import Server, Serves
from autograder.server.tables import Person

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN, dependencies=[Depends(public)])
def ask(request: Request, serves: Serves, next: str = "/") -> Response:
    """Ask for a token, or for a provider to sign in through."""
    return _asking(request, serves, next)


def _asking(request: Request, serves: Server, after: str, status: int = 200, fault: Message = NOTHING) -> Response:
    providers = [{"name": name, "title": one.title or name} for name, one in serves.settings.providers.items()]
    said = catalogue(language_of(request)).say(fault)
    return page(
        request, "sign_in.html.j2", Visitor(), status=status, fault=said, providers=providers, next=local(after)
    )


@router.post(SIGN_IN, dependencies=[Depends(public)])
def sign_in(
    request: Request, serves: Serves, token: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/"
) -> Response:
    """Sign a browser in with a token, or with a whole link that was pasted."""
    check_origin(request, serves)
    secret = token.strip().rpartition("#")[2]
    # Whoever guesses takes no turn of those who write: SQLite has one writer at a time.
    with serves.database.reading() as session:
        known = people.find_token(session, secret, serves.clock()) is not None
    if known:
        with serves.database.writing() as session:
            row = people.find_token(session, secret, serves.clock())
            if row is not None:
                people.note_use(row, serves.clock())
                return begin(session, request, serves, row.person, next, row.hint, row.opens)
    fault = wrong_token(request, serves)
    answer = _asking(request, serves, next, fault.status, fault.detail)
    answer.headers.update(fault.headers)
    return answer


def begin(
    session: Session, request: Request, serves: Server, person: Person, after: str, how: str, opens: people.Opens
) -> Response:
    """Sign a browser in, and lead it to a page of this server.

    Args:
        session: A transaction, which the caller commits.
        request: The browser's.
        serves: The server.
        person: Who signs in.
        after: Where to go then; anything but a page of this server is the first page.
        how: By what they have signed in, for the trail.
        opens: The only courses that this opens; None: all of theirs.
    """
    name = cookie_name(serves.settings)
    old = request.cookies.get(name)
    if old is not None:
        before = people.find_session(session, old, serves.clock())
        if before is not None and before.person_id == person.id:
            # Who has a link from each of two courses sees both.
            opens = people.together(opens, before.opens)
        people.end_session(session, old)
    made = people.start_session(session, person, serves.clock(), serves.settings.sessions, opens)
    who = Who(person, {}, By.SESSION, request_id=getattr(request.state, "request_id", ""))
    audit.note(session, serves.clock(), who, "session.begun", f"person/{person.login}", by=how)
    answer = go(local(after))
    answer.set_cookie(
        name,
        made.cookie,
        max_age=round(serves.settings.sessions.longest_days * 86400),
        secure=serves.settings.https,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.post("/sign-out")
def sign_out(request: Request, serves: Serves, _who: SignedIn) -> Response:
    """Sign this browser out."""
    with serves.database.writing() as session:
        people.end_session(session, request.cookies.get(cookie_name(serves.settings), ""))
    return _out(serves)


@router.post("/sign-out-everywhere")
def sign_out_everywhere(serves: Serves, who: SignedIn) -> Response:
    """Sign all browsers of a person out."""
    with serves.database.writing() as session:
        people.end_sessions(session, who.person.id, who.opens)
        audit.note(session, serves.clock(), who, "sessions.ended", f"person/{who.person.login}")
    return _out(serves)


def _out(serves: Server) -> Response:
    answer = go(SIGN_IN)
    answer.delete_cookie(cookie_name(serves.settings), secure=serves.settings.https)
    return answer
