"""Shows people their tokens; makes and revokes them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from autograder.i18n.catalogue import catalogue
from autograder.server import audit, people
from autograder.server.access import SignedIn, Who
from autograder.server.pages.frame import Crumb, go, page
from autograder.server.pages.home import Serves, visitor
from autograder.server.pages.language import language_of
from autograder.server.server import not_found
from autograder.server.tables import Token

router = APIRouter(include_in_schema=False)
LABEL_MAX = 100


@router.get("/tokens")
def tokens_page(request: Request, found: SignedIn, serves: Serves) -> Response:
    """Show somebody's tokens."""
    return _page(request, found, serves)


def _page(request: Request, found: Who, serves: Serves, made: str = "") -> Response:
    with serves.database.reading() as session:
        tokens = people.tokens_of(session, found.person.id)
    crumbs = [Crumb(catalogue(language_of(request)).say("Your tokens"))]
    return page(request, "tokens.html.j2", visitor(found), crumbs, tokens=tokens, made=made)


@router.post("/tokens")
def make(request: Request, found: SignedIn, serves: Serves, label: Annotated[str, Form()] = "") -> Response:
    """Make a token, and show it: no address may hold it, so that this page is not led away from."""
    now = serves.clock()
    with serves.database.writing() as session:
        token, secret = people.make_token(session, found.person, label.strip()[:LABEL_MAX], now)
        audit.note(session, now, found, "token.made", f"token/{token.id}", label=token.label)
    return _page(request, found, serves, secret)


@router.post("/tokens/{token_id}/revoked")
def revoke(token_id: int, found: SignedIn, serves: Serves) -> Response:
    """End one of one's own tokens."""
    now = serves.clock()
    with serves.database.writing() as session:
        token = session.get(Token, token_id)
        if token is None or token.person_id != found.person.id:
            raise not_found()
        people.revoke_token(token, now)
        audit.note(session, now, found, "token.revoked", f"token/{token.id}")
    return go("/tokens", "revoked")
