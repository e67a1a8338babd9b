"""Makes and revokes tokens: one's own, and those of people in a course that one sets up."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.i18n.messages import say
from autograder.server.accounts import audit, people
from autograder.server.accounts.access import Member, forbidden
from autograder.server.accounts.credentials import Who
from autograder.server.errors import RequestError
from autograder.server.tables import KEY_MAX, NAME, Enrolment, Person, Role, Token

# Tokens of one person that were not revoked.
MOST = 20
# The page on which one signs in.
SIGN_IN = "/sign-in"


def link_with(url: str, token: str) -> str:
    """Return the link with which a person signs in: what stands behind the ``#`` is sent to no server.

    Args:
        url: The server's public address.
        token: The token.
    """
    return f"{url}{SIGN_IN}#{token}"


def make_own(
    session: Session, who: Who, label: str, now: datetime, expires_at: datetime | None = None
) -> tuple[Token, str]:
    """Make a token for oneself; return its row, and the token itself, which is known only now.

    Raises:
        RequestError: They have too many.
    """
    opens = people.as_kept(who.opens)
    # Who signs in by one course's link leaves room for those of others.
    if sum(one.opens == opens for one in people.tokens_of(session, who.person.id)) >= MOST:
        raise RequestError(
            409,
            "too-many-tokens",
            say("You have {most} tokens, and cannot have more.", most=MOST),
            say("Revoke one that you no longer use."),
        )
    row, secret = people.make_token(session, who.person, label[:NAME], now, expires_at, who.opens)
    audit.note(session, now, who, "token.made", f"person/{who.person.login}", hint=row.hint)
    return row, secret


def revoke_own(session: Session, who: Who, token_id: int, now: datetime) -> bool:
    """Revoke a token of one's own; return whether there was one."""
    # A number that no key can be is none of a token; databases make an error of it.
    row = session.get(Token, token_id) if 0 < token_id <= KEY_MAX else None
    if row is None or row.person_id != who.person.id or row.revoked_at is not None:
        return False
    if not people.within(row.opens, who.opens):
        return False
    people.revoke_token(row, now)
    audit.note(session, now, who, "token.revoked", f"person/{who.person.login}", hint=row.hint)
    return True


def make_for(
    session: Session,
    member: Member,
    person: Person,
    now: datetime,
    expires_at: datetime | None,
    administrators: Container[str],
) -> tuple[Token, str]:
    """Make a sign-in link's token for somebody in a course. An instructor's opens no course but their own.

    Args:
        session: A transaction, which the caller commits.
        member: Who makes it, an instructor of that course.
        person: For whom.
        now: The time.
        expires_at: When it ends; None: when it is revoked.
        administrators: Logins of administrators, besides those whose rows say so.

    Raises:
        RequestError: It is for an administrator, and an instructor asks.
    """
    opens = _opened_by(member, person, administrators)
    row, secret = people.make_token(session, person, "sign-in link", now, expires_at, opens)
    audit.note(
        session,
        now,
        member.who,
        "token.made",
        f"person/{person.login}",
        course_id=member.course.id,
        hint=row.hint,
    )
    return row, secret


def lock_out(session: Session, member: Member, person: Person, now: datetime, administrators: Container[str]) -> bool:
    """Revoke the tokens of somebody in a course, and sign their browsers out: all, or what opens no other course.

    Returns:
        Whether all was ended. Of somebody who is in other courses than those in which somebody is instructor, only what
        opens none of these is.

    Raises:
        RequestError: They administer the server, and an instructor asks.
    """
    opens = _opened_by(member, person, administrators)
    if opens is not None:
        # Also courses that they have left, and in which they can be again.
        theirs = session.scalars(select(Enrolment.course_id).where(Enrolment.person_id == person.id)).all()
        opens = None if people.within(theirs, opens) else opens
    people.revoke_all(session, person, now, opens)
    audit.note(session, now, member.who, "tokens.revoked", f"person/{person.login}", course_id=member.course.id)
    return opens is None


def _opened_by(member: Member, person: Person, administrators: Container[str]) -> list[int] | None:
    """Return the courses that a link may open that somebody makes; None: all.

    Raises:
        RequestError: It is for an administrator, and an instructor asks.
    """
    if member.who.administers:
        return None
    if person.administers or person.login in administrators:
        raise forbidden(
            say("They administer the server."),
            say("Whoever administers the server makes links for them, and revokes them."),
        )
    return sorted(one.course_id for one in member.who.enrolments.values() if one.role is Role.INSTRUCTOR)
