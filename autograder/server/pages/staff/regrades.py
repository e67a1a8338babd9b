"""Lets staff mark attempts again: first they see what would change, then they apply it, or cancel."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.i18n.messages import say
from autograder.server import audit, people, regrade
from autograder.server.errors import RequestError
from autograder.server.pages.frame import Crumb, go
from autograder.server.pages.home import Serves
from autograder.server.pages.staff.frame import IN_COURSE, KEY_MAX, Instructor, Staff, address, set_in, show
from autograder.server.server import not_found
from autograder.server.tables import Attempt, Job, Marking, Regrade, RegradeState

router = APIRouter(include_in_schema=False)
REFRESH_SECONDS = 3
REASON_MAX = 1_000
Key = Annotated[int, Path(ge=1, le=KEY_MAX)]


@router.get(IN_COURSE + "/{assignment}/regrades")
def regrades_page(request: Request, assignment: str, member: Staff, serves: Serves) -> Response:
    """Show the regrades of an assignment, and the form to start one."""
    found = set_in(member, assignment)
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
    set_in(member, assignment)
    now = serves.clock()
    with serves.database.writing() as session:
        all_ = regrade.counted(session, member.course.id, assignment)
        if who == "some":
            wanted = students.replace(",", " ").split()
        elif who == "mistake":
            wanted = _mistakes(session, all_).get(mistake, [])
        else:
            wanted = [one.student for one in all_]
        _check_known(wanted, {one.student for one in all_})
        chosen = [one for one in all_ if one.student in set(wanted)]
        made = regrade.start(
            session, member.course.id, assignment, chosen, member.who.person.id, reason.strip()[:REASON_MAX], now
        )
        audit.note(
            session, now, member.who, "regrade.started", f"regrade/{made.id}", course_id=member.course.id,
            assignment=assignment, attempts=len(chosen), reason=made.reason,
        )  # fmt: skip
    serves.wake(member.course.id, assignment)
    return go(address(member, "regrades", made.id))


def _check_known(wanted: list[str], known: set[str]) -> None:
    if not wanted:
        raise RequestError(422, "nobody", say("Nobody was named."), say("Name students by their ids, or choose all."))
    if unknown := [one for one in wanted if one not in known]:
        raise RequestError(
            422,
            "unknown-students",
            say("These have handed in nothing: {students}.", students=unknown[:20]),
            say("Name students by their ids, as the class's table has them."),
        )


def find(session: Session, member: Staff, regrade_id: int) -> Regrade:
    """Return a regrade of a course.

    Raises:
        RequestError: There is none.
    """
    found = session.get(Regrade, regrade_id)
    if found is None or found.course_id != member.course.id or found.assignment not in member.course.assignments:
        raise not_found()
    return found


@router.get(IN_COURSE + "/regrades/{regrade_id}")
def preview_page(request: Request, regrade_id: Key, member: Staff, serves: Serves) -> Response:
    """Show what a regrade would change, or has changed."""
    with serves.database.reading() as session:
        one = find(session, member, regrade_id)
        seen = regrade.preview(session, one)
        logins = people.logins_of(session, {one.by_id})
    waits = one.state is RegradeState.PREVIEW and seen.waiting
    return show(
        request,
        "regrade.html.j2",
        member,
        f"Regrade {one.id}",
        assignment=member.course.assignments[one.assignment],
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
    now = serves.clock()
    with serves.database.writing() as session:
        one = find(session, member, regrade_id)
        changed = regrade.apply(session, member.course.rules(one.assignment), one, now)
        audit.note(
            session, now, member.who, "regrade.applied", f"regrade/{one.id}", course_id=member.course.id,
            assignment=one.assignment, attempts=len(changed),
        )  # fmt: skip
    serves.wake(member.course.id, one.assignment)
    return go(address(member, "regrades", one.id), "applied")


@router.post(IN_COURSE + "/regrades/{regrade_id}/cancelled")
def cancel(regrade_id: Key, member: Staff, serves: Serves) -> Response:
    """Leave all marks as they are."""
    now = serves.clock()
    with serves.database.writing() as session:
        one = find(session, member, regrade_id)
        regrade.cancel(session, one, now)
        audit.note(session, now, member.who, "regrade.cancelled", f"regrade/{one.id}", course_id=member.course.id)
    return go(address(member, "regrades", one.id), "cancelled")
