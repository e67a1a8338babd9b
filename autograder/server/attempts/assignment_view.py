"""Says where somebody stands in an assignment, for programs: when it is due, what is left, what was handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from autograder.course.handing_in import Rules, left, may_hand_in, sentences
from autograder.i18n.catalogue import ENGLISH
from autograder.server.accounts.credentials import Who
from autograder.server.attempts.attempt_view import views
from autograder.server.attempts.counting import attempts_of, extended_due, spent_by
from autograder.server.attempts.releases import Releases, digests
from autograder.server.server import ServedCourse, Server


def assignments_of(server: Server, session: Session, who: Who, served: ServedCourse) -> list[dict[str, Any]]:
    """Return where somebody stands in all assignments of a course."""
    return [assignment_json(server, session, who, served, name) for name in served.assignments]


def assignment_json(
    server: Server, session: Session, who: Who, served: ServedCourse, name: str, *, files: bool = False
) -> dict[str, Any]:
    """Return where somebody stands in an assignment.

    Args:
        server: The server.
        session: Reads attempts.
        who: The person; their own attempts are told.
        served: The course.
        name: The assignment's name.
        files: Whether the SHA-256 of each file is told that students get.
    """
    now, rules, staff = server.clock(), served.rules(name), who.teaches(served.slug)
    extended = extended_due(session, served.id, name, who.person.id)
    rows = attempts_of(session, served.id, name, who.person.id)
    spent = spent_by(rows)
    refusal = may_hand_in(rules, now, spent, extended)
    left_today, left_in_all = left(rules, now, spent)
    folder = Releases(server.data).folder(served, name)
    released = folder is not None and (staff or rules.opens is None or rules.opens <= now)
    limits = server.settings.limits
    told: dict[str, Any] = {
        "course": served.slug,
        "assignment": name,
        "title": served.assignments[name].title,
        "languages": served.assignments[name].languages,
        "opens_at": _local(rules, rules.opens),
        "due_at": _local(rules, rules.due_for(extended)),
        "closes_at": _local(rules, rules.closes(extended)),
        "zone": rules.zone,
        "rules": [ENGLISH.say(one) for one in sentences(rules, extended)],
        "refusal": ENGLISH.say(refusal.text) if refusal else None,
        "left_today": left_today,
        "left_in_all": left_in_all,
        "limits": {"files": limits.files, "file_bytes": limits.file_bytes, "attempt_bytes": limits.attempt_bytes},
        "released": released,
        "notebooks": sorted(one.stem for one in folder.glob("*.ipynb")) if released and folder else [],
        "attempts": [one.as_json(served.slug) for one in views(server, session, rows, staff=staff, now=now)],
    }
    return told | ({"files": digests(folder) if released and folder else {}} if files else {})


def _local(rules: Rules, at: datetime | None) -> str | None:
    """Return a time as the rules say times: local, with its offset."""
    return at.astimezone(rules.tz).isoformat() if at else None
