"""Knows people: who somebody is by a token or a cookie, and what they are in which course."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from autograder.server.settings import Sessions
from autograder.server.tables import BrowserSession, Enrolment, Identity, Person, Role, Token

# A token is this and 256 random bits: scanners of repositories and people see what it is, and no shell takes it for an
# option.
PREFIX = "agt_"
SECRET_BYTES = 32
TOKEN_LENGTH = len(PREFIX) + 43
# Letters of a token that people see in the list of theirs; 18 of its bits.
HINT = len(PREFIX) + 3
# The use of a token, and that a browser is still there, is written down so often at most: each is a wait for the disk.
NOTED_EACH = timedelta(minutes=10)
# The keys of the only courses that a token opens; None: all of its person's.
Opens = Sequence[int] | None


def within(opens: Opens, others: Opens) -> bool:
    """Return whether no course is opened by the first that the second does not open."""
    return others is None or (opens is not None and set(opens) <= set(others))


def together(opens: Opens, others: Opens) -> list[int] | None:
    """Return what two things open."""
    return None if opens is None or others is None else sorted({*opens, *others})


def as_kept(opens: Opens) -> list[int] | None:
    """Return what something opens, as its row has it."""
    return None if opens is None else sorted(opens)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret: its SHA-256.

    Slow hashes are for passwords, which people choose. Nobody can guess 256 random bits, however fast a guess is.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def make_secret() -> str:
    """Return 256 random bits, as 43 letters that addresses and headers may hold."""
    return secrets.token_urlsafe(SECRET_BYTES)


def make_token(
    session: Session,
    person: Person,
    label: str,
    now: datetime,
    expires_at: datetime | None = None,
    opens: Opens = None,
) -> tuple[Token, str]:
    """Add a token for a person; return its row, and the token itself, which is known only now.

    Args:
        session: A transaction, which the caller commits.
        person: Whose it is.
        label: What it is for, by which people tell theirs apart.
        now: The time.
        expires_at: When it ends; None: when it is revoked.
        opens: The only courses that it opens; None: all of the person's.
    """
    secret = PREFIX + make_secret()
    row = Token(
        person_id=person.id,
        digest=digest_of(secret),
        hint=secret[:HINT],
        label=label,
        created_at=now,
        expires_at=expires_at,
        opens=as_kept(opens),
    )
    session.add(row)
    session.flush()
    return row, secret


def find_token(session: Session, secret: str, now: datetime) -> Token | None:
    """Return the row of a token that holds now; None for any other, and for that of a person who is disabled."""
    # What has not the form of one needs no database to be refused.
    if len(secret) != TOKEN_LENGTH or not secret.isascii() or not secret.startswith(PREFIX):
        return None
    digest = digest_of(secret)
    row = session.scalar(select(Token).options(joinedload(Token.person)).where(Token.digest == digest))
    # The database has compared digests, of which nobody can choose the beginning: how long that took tells nothing of
    # the token. This takes equally long for any.
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    ended = row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now)
    return None if ended or row.person.disabled_at is not None else row


def note_use(token: Token, now: datetime) -> bool:
    """Note that a token was used now, unless that was done a moment ago; return whether that has to be committed."""
    if token.last_used_at is not None and now - token.last_used_at < NOTED_EACH:
        return False
    token.last_used_at = now
    return True


@dataclass(frozen=True)
class NewSession:
    """A browser that has just signed in.

    Attributes:
        cookie: What the browser gets; it is known only now.
        row: What is kept.
    """

    cookie: str
    row: BrowserSession


def start_session(
    session: Session, person: Person, now: datetime, lifetime: Sessions, opens: Opens = None
) -> NewSession:
    """Sign a browser in under a cookie that nobody has seen before."""
    cookie = make_secret()
    row = BrowserSession(
        digest=digest_of(cookie),
        person_id=person.id,
        csrf=make_secret(),
        created_at=now,
        expires_at=now + timedelta(hours=lifetime.idle_hours),
        opens=as_kept(opens),
    )
    session.add(row)
    # Those that have ended go when others begin: nothing has to run for it.
    session.execute(delete(BrowserSession).where(BrowserSession.expires_at <= now))
    session.flush()
    return NewSession(cookie, row)


def find_session(session: Session, cookie: str, now: datetime) -> BrowserSession | None:
    """Return what is kept of a browser by its cookie; None when it has ended, or its person is disabled."""
    chosen = select(BrowserSession).options(joinedload(BrowserSession.person))
    row = session.scalar(chosen.where(BrowserSession.digest == digest_of(cookie)))
    if row is None or row.expires_at <= now or row.person.disabled_at is not None:
        return None
    return row


def prolong(row: BrowserSession, now: datetime, lifetime: Sessions) -> bool:
    """Let a browser that is used stay signed in; return whether there is something to commit."""
    longest = row.created_at + timedelta(days=lifetime.longest_days)
    until = min(now + timedelta(hours=lifetime.idle_hours), longest)
    if until - row.expires_at < NOTED_EACH:
        return False
    row.expires_at = until
    return True


def end_session(session: Session, cookie: str) -> None:
    """Sign a browser out."""
    session.execute(delete(BrowserSession).where(BrowserSession.digest == digest_of(cookie)))


def end_sessions(session: Session, person_id: int, opens: Opens = None) -> None:
    """Sign all browsers of a person out that open no other courses than these."""
    for row in session.scalars(select(BrowserSession).where(BrowserSession.person_id == person_id)):
        if within(row.opens, opens):
            session.delete(row)
    session.flush()


def revoke_all(session: Session, person: Person, now: datetime, opens: Opens = None) -> None:
    """Revoke all tokens of a person, and sign all of their browsers out, that open no other courses than these."""
    for row in tokens_of(session, person.id, opens):
        revoke_token(row, now)
    end_sessions(session, person.id, opens)


def end_all(session: Session, person: Person, now: datetime) -> None:
    """End all by which somebody can be a person: tokens, browsers, and who they are at providers."""
    revoke_all(session, person, now)
    session.execute(delete(Identity).where(Identity.person_id == person.id))


def revoke_token(token: Token, now: datetime) -> None:
    """End a token; one that has ended stays as it is."""
    token.revoked_at = token.revoked_at or now


def tokens_of(session: Session, person_id: int, opens: Opens = None) -> Sequence[Token]:
    """Return a person's tokens that were not revoked and open no other courses than these, the newest first."""
    mine = select(Token).where(Token.person_id == person_id, Token.revoked_at.is_(None))
    return [row for row in session.scalars(mine.order_by(Token.id.desc())) if within(row.opens, opens)]


def find_person(session: Session, login: str) -> Person | None:
    """Return the person of a login, however it is capitalised."""
    # PostgreSQL takes no such text, not even to look for it.
    if "\0" in login:
        return None
    return session.scalar(select(Person).where(Person.login == normal_login(login)))


def normal_login(login: str) -> str:
    """Return a login as it is kept: in small letters, without blanks around it."""
    return login.strip().lower()


def enrolments_of(session: Session, person: Person, opens: Opens = None) -> dict[str, Enrolment]:
    """Return what a person is, by the names of the courses that they are in now, as far as these are opened."""
    mine = select(Enrolment).options(joinedload(Enrolment.course))
    rows = session.scalars(mine.where(Enrolment.person_id == person.id, Enrolment.ended_at.is_(None)))
    return {row.course.slug: row for row in rows if opens is None or row.course_id in opens}


def members(session: Session, course_id: int, *roles: Role) -> Sequence[Enrolment]:
    """Return who is in a course now, in the order of their logins; of all roles when none is named."""
    chosen = select(Enrolment).join(Person).options(joinedload(Enrolment.person))
    chosen = chosen.where(Enrolment.course_id == course_id, Enrolment.ended_at.is_(None))
    if roles:
        chosen = chosen.where(Enrolment.role.in_(roles))
    return session.scalars(chosen.order_by(func.lower(Person.login))).all()


def logins_of(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Return the logins of people, by their keys."""
    if not person_ids:
        return {}
    rows = session.execute(select(Person.id, Person.login).where(Person.id.in_(person_ids)))
    return {row.id: row.login for row in rows}
