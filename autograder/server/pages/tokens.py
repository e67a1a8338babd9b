"""Shows people their tokens; makes and revokes them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from autograder.i18n.catalogue import catalogue
from autograder.server.accounts import people, tokens
from autograder.server.accounts.access import SignedIn
from autograder.server.accounts.credentials import Who
from autograder.server.pages.frame import Crumb, go, page
from autograder.server.pages.home import visitor
from autograder.server.pages.language import language_of
from autograder.server.server import Key, Serves, not_found

router = APIRouter(include_in_schema=False)
LABEL_MAX = 100


@router.get("/tokens")
def tokens_page(request: Request, found: SignedIn, serves: Serves) -> Response:
    """Show somebody's tokens."""
    return _page(request, found, serves)


def _page(request: Request, found: Who, serves: Serves, made: str = "") -> Response:
    with serves.database.reading() as session:
        mine = people.tokens_of(session, found.person.id, found.opens)
    crumbs = [Crumb(catalogue(language_of(request)).say("Your tokens"))]
    return page(request, "tokens.html.j2", visitor(found), crumbs, tokens=mine, made=made, url=serves.settings.url)


@router.post("/tokens")
def make(request: Request, found: SignedIn, serves: Serves, label: Annotated[str, Form()] = "") -> Response:
    """Make a token, and show it: no address may hold it, so that this page is not led away from."""
    with serves.database.writing() as session:
        _, secret = tokens.make_own(session, found, label.strip()[:LABEL_MAX], serves.clock())
    return _page(request, found, serves, secret)


@router.post("/tokens/{token_id}/revoked")
def revoke(token_id: Key, found: SignedIn, serves: Serves) -> Response:
    """End one of one's own tokens."""
    with serves.database.writing() as session:
        if not tokens.revoke_own(session, found, token_id, serves.clock()):
            raise not_found()
    return go("/tokens", "revoked")
