"""Asks JupyterHub whose a token is: in JupyterLab on a hub, nobody has to make another one.

A token counts that the hub lets into this service (``access:services!service=NAME`` is among its scopes): one that
somebody has given to another service opens nothing here.

A token does not say which hub it is of, and whoever is shown it can use it there. So it is shown to the only hub that
there is; where there are several, to none.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from autograder.server.accounts import people
from autograder.server.accounts.people import digest_of
from autograder.server.settings import Kind, Provider
from autograder.server.tables import NAME, Identity, Person

log = logging.getLogger(__name__)
# Seconds to connect, and between two parts of an answer.
PATIENCE = (3.05, 5.0)
# What the hub has said holds for so many seconds: somebody hands in, then asks for news again and again.
KEPT_SECONDS = 120.0
MOST_KEPT = 10_000
LONGEST = 500
# Questions at the same time: whoever sends made-up tokens keeps neither the hub nor this server's threads busy. What
# waits for its turn has no thread meanwhile.
AT_ONCE = 8
TURN_SECONDS = 5.0


class HubGoneError(Exception):
    """A hub does not answer, so nobody knows whose a token is."""


class SeveralHubsError(Exception):
    """Nobody knows which hub a token is of."""


class HubTokens:
    """What hubs have said of tokens, in the last minutes; tokens themselves are not kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._kept: OrderedDict[tuple[str, str], tuple[float, str]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, providers: Mapping[str, Provider], secret: str | None) -> AsyncIterator[None]:
        """Wait until it is this token's turn, where a hub will be asked about it in the context.

        Raises:
            HubGoneError: That took too long.
        """
        name = next((name for name, one in providers.items() if one.kind is Kind.JUPYTERHUB), None)
        if name is None or not secret or secret.startswith(people.PREFIX) or self._said(name, secret) is not None:
            yield
            return
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._turns.acquire()
        except TimeoutError as fault:
            raise HubGoneError(name) from fault
        try:
            yield
        finally:
            self._turns.release()

    def person(
        self, session: Session, providers: Mapping[str, Provider], secret: str
    ) -> tuple[Person, people.Opens] | None:
        """Return the person whose token at the hub this is, and the courses that it opens; None for any other token.

        Args:
            session: Reads.
            providers: The server's, by name.
            secret: The token.

        Raises:
            HubGoneError: The hub does not answer.
            SeveralHubsError: There are several; none is asked.
        """
        hubs = [(name, one) for name, one in providers.items() if one.kind is Kind.JUPYTERHUB]
        if not hubs or len(secret) > LONGEST or not secret.isascii() or not secret.isprintable():
            return None
        if len(hubs) > 1:
            raise SeveralHubsError
        ((name, hub),) = hubs
        user = self._user(name, hub, secret)
        return person_at(session, name, hub, user, user) if user else None

    def _said(self, name: str, secret: str) -> str | None:
        """Return the hub's user of a token as the hub has said it; None where that is not known, or too long ago."""
        with self._lock:
            until, user = self._kept.get((name, digest_of(secret)), (0.0, ""))
        return user if time.monotonic() < until else None

    def _user(self, name: str, provider: Provider, secret: str) -> str:
        """Return the hub's user of a token; empty when it is none that is let in here."""
        said = self._said(name, secret)
        if said is not None:
            return said
        user, key = _let_in(provider, _ask(provider, secret)), (name, digest_of(secret))
        with self._lock:
            self._kept[key] = time.monotonic() + KEPT_SECONDS, user
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return user


def _ask(provider: Provider, secret: str) -> Mapping[str, Any]:
    """Return what a hub says of a token's user; nothing for a wrong token.

    Raises:
        HubGoneError: It does not answer, or nonsense.
    """
    place = f"{provider.url.rstrip('/')}/hub/api/user"
    try:
        answer = requests.get(
            place, headers={"Authorization": f"token {secret}"}, timeout=PATIENCE, allow_redirects=False
        )
        if answer.status_code in (401, 403):
            return {}
        said = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError) as fault:
        log.warning("%s does not say whose a token is: %s", place, type(fault).__name__)
        raise HubGoneError(place) from fault
    if not isinstance(said, dict):
        log.warning("%s does not say whose a token is: %s", place, answer.status_code)
        raise HubGoneError(place)
    return said


def _let_in(provider: Provider, said: Mapping[str, Any]) -> str:
    name, scopes = said.get("name"), said.get("scopes")
    service = provider.client_id.removeprefix("service-")
    wanted = {"access:services", f"access:services!service={service}"}
    fits = isinstance(name, str) and 0 < len(name) <= NAME and said.get("kind") == "user"
    return str(name) if fits and isinstance(scopes, list) and wanted & {str(one) for one in scopes} else ""


def person_at(
    session: Session, name: str, provider: Provider, subject: str, login: str
) -> tuple[Person, people.Opens] | None:
    """Return the person whom somebody at a provider is, and the courses that this opens.

    That is whom they were linked to, or, where logins are the same, who has that login.
    """
    chosen = select(Identity).options(joinedload(Identity.person))
    row = session.scalar(chosen.where(Identity.provider == name, Identity.subject == subject))
    person, opens = (row.person, row.opens) if row is not None else (None, None)
    if provider.link_by_login and login:
        if person is None:
            person = people.find_person(session, login)
            # Who signs in there under another name is somebody else.
            if person is not None and linked(session, name, person, None):
                return None
        elif person.login == people.normal_login(login):
            opens = None  # the provider itself answers for its logins
    return (person, opens) if person is not None and person.disabled_at is None else None


def linked(session: Session, name: str, person: Person, opens: people.Opens) -> bool:
    """Return whether somebody at a provider is a person already, in one of these courses; None: in all.

    What an instructor has linked for their courses is no word about whom the person is in others.
    """
    rows = session.scalars(select(Identity).where(Identity.provider == name, Identity.person_id == person.id))
    return any(one.opens is None or (opens is not None and not set(one.opens).isdisjoint(opens)) for one in rows)
