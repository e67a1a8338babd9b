"""Lets staff mark attempts again: first they see what would change, then they apply it, or cancel."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.server.accounts import people
from autograder.server.accounts.access import Instructor, Staff
from autograder.server.api.regrades import begin, decide
from autograder.server.marking import regrade
from autograder.server.pages.frame import Crumb, go
from autograder.server.pages.staff.frame import IN_COURSE, address, show
from autograder.server.server import Key, Serves
from autograder.server.tables import Attempt, Job, Marking, Regrade, RegradeState

router = APIRouter(include_in_schema=False)
REFRESH_SECONDS = 3


@router.get(IN_COURSE + "/{assignment}/regrades")
def regrades_page(request: Request, assignment: str, member: Staff, serves: Serves) -> Response:
    """Show the regrades of an assignment, and the form to start one."""
    found = member.course.assignment(assignment)
    with serves.database.reading() as session:
        counts = select(func.count()).where(Job.regrade_id == Regrade.id).correlate(Regrade).scalar_subquery()
        chosen = select(Regrade, counts).where(Regrade.course_id == member.course.id, Regrade.assignment == assignment)
        rows = session.execute(chosen.order_by(Regrade.id.desc())).all()
        logins = people.logins_of(session, {one.by_id for one, _ in rows})
        mistakes = _mistakes(session, regrade.counted(session, member.course.id, assignment))
    return show(
        request, "regrades.html.j2", member, "Regrades", assignment=found, tab="regrades", rows=rows, logins=logins,
        mistakes=mistakes, State=RegradeState, student=request.query_params.get("student", ""),
    )  # fmt: skip


def _mistakes(session: Session, attempts: list[Attempt]) -> dict[str, list[str]]:
    """Return the students in whose attempts each mistake was named, by problem and name; the most frequent first."""
    found: dict[str, list[str]] = {}
    students = {one.marking_id: one.student for one in attempts if one.marking_id is not None}
    for marking in session.scalars(select(Marking).where(Marking.id.in_(students)).order_by(Marking.id)):
        for problem, names in marking.mistakes.items():
            for name in names:
                found.setdefault(f"{problem}: {name}", []).append(students[marking.id])
    return dict(sorted(found.items(), key=lambda one: -len(one[1])))


@router.post(IN_COURSE + "/{assignment}/regrades")
def start(
    assignment: str,
    member: Staff,
    serves: Serves,
    who: Annotated[str, Form()] = "all",
    students: Annotated[str, Form()] = "",
    mistake: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Start a regrade: of all, of some students, or of those with one mistake."""
    member.course.assignment(assignment)
    wanted: list[str] | None = None
    if who == "some":
        wanted = students.replace(",", " ").split()
    elif who == "mistake":
        with serves.database.reading() as session:
            all_ = regrade.counted(session, member.course.id, assignment)
            wanted = _mistakes(session, all_).get(mistake, [])
    return go(address(member, "regrades", begin(serves, member, assignment, wanted, reason)))


@router.get(IN_COURSE + "/regrades/{regrade_id}")
def preview_page(request: Request, regrade_id: Key, member: Staff, serves: Serves) -> Response:
    """Show what a regrade would change, or has changed."""
    with serves.database.reading() as session:
        one = regrade.find(session, member.course.id, regrade_id)
        seen = regrade.preview(session, one)
        logins = people.logins_of(session, {one.by_id})
    waits = one.state is RegradeState.PREVIEW and seen.waiting
    return show(
        request,
        "regrade.html.j2",
        member,
        f"Regrade {one.id}",
        assignment=member.course.assignment(one.assignment),
        ways=(Crumb("Regrades", address(member, one.assignment, "regrades")),),
        one=one,
        seen=seen,
        by=logins.get(one.by_id, ""),
        refresh=REFRESH_SECONDS if waits else 0,
        State=RegradeState,
    )


@router.post(IN_COURSE + "/regrades/{regrade_id}/applied")
def apply(regrade_id: Key, member: Instructor, serves: Serves) -> Response:
    """Let a regrade's results count."""
    decide(serves, member, regrade_id, applied=True)
    return go(address(member, "regrades", regrade_id), "applied")


@router.post(IN_COURSE + "/regrades/{regrade_id}/cancelled")
def cancel(regrade_id: Key, member: Staff, serves: Serves) -> Response:
    """Leave all marks as they are."""
    decide(serves, member, regrade_id, applied=False)
    return go(address(member, "regrades", regrade_id), "cancelled")
