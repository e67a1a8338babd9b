"""Shows staff one student's submission: all attempts with what each came to, the record, and how to explain it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from autograder.course.assignment import Assignment
from autograder.course.results import Record
from autograder.reports.class_data import TableCell
from autograder.reports.class_report import cell_text, explained
from autograder.server.accounts import audit
from autograder.server.accounts.access import Staff
from autograder.server.attempts import regrade_requests
from autograder.server.pages.attempt import ProblemRow, problem_rows, record_of
from autograder.server.pages.staff.frame import IN_COURSE, show
from autograder.server.pages.standing import SeenAttempt, standing
from autograder.server.server import Key, Server, Serves, not_found
from autograder.server.tables import Enrolment, Extension, Job, RegradeRequest

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class ProblemDetail:
    """How one problem came out, and what tests saw.

    Attributes:
        row: Points and state.
        diagnoses: What is behind its failures, each with its name.
        faults: What tests saw, each with how many did.
        command: The command that explains it; empty where no test failed.
    """

    row: ProblemRow
    diagnoses: list[tuple[str, str]]
    faults: list[tuple[str, int]]
    command: str


@dataclass(frozen=True)
class Detail:
    """One attempt as staff see it.

    Attributes:
        seen: The attempt, with its marking and its score.
        jobs: Its markings, those that failed too, the newest first.
        record: The record of the marking that counts; None before the first.
        problems: How each problem came out.
        requests: What its student asked about it.
    """

    seen: SeenAttempt
    jobs: Sequence[Job]
    record: Record | None
    problems: list[ProblemDetail]
    requests: Sequence[RegradeRequest]


def details_of(assignment: Assignment, student: str, record: Record, *, counts: bool) -> list[ProblemDetail]:
    """Return how each problem came out.

    Args:
        assignment: The assignment.
        student: The student's id.
        record: The record.
        counts: Whether it is of the attempt that counts: that one lies in the class's folders, where the command looks.
    """
    found = []
    for row in problem_rows(assignment, record):
        result = record.problem(row.id)
        cell = TableCell(row.points, row.max_score, result=result)
        command = f"autograder explain {assignment.name} {shlex.quote(student)} {row.id}"
        named = [(cell_text(one.title), one.name) for one in result.diagnoses] if result else []
        faults = [(cell_text(seen), len(titles)) for seen, titles in cell.faults.items() if seen]
        found.append(ProblemDetail(row, named, faults, command if counts and explained(cell) else ""))
    return found


@router.get(IN_COURSE + "/{assignment}/students/{person}/")
def student_page(request: Request, assignment: str, person: Key, member: Staff, serves: Serves) -> Response:
    """Show one student's submission."""
    found = member.course.assignment(assignment)
    with serves.database.reading() as session:
        enrolment = session.get(Enrolment, (member.course.id, person), options=[joinedload(Enrolment.person)])
        if enrolment is None:
            raise not_found()
        one = standing(serves, session, member.course, found, person, staff=True, gradebook=True)
        details = [_detail(serves, session, found, seen) for seen in one.attempts]
        extensions = session.scalars(
            select(Extension)
            .where(
                Extension.course_id == member.course.id,
                Extension.assignment == assignment,
                Extension.person_id == person,
            )
            .order_by(Extension.id.desc())
        ).all()
    what = f"student/{enrolment.student}/{assignment}"
    audit.note_look(serves, member.who, "submission.read", what, member.course.id)
    return show(
        request,
        "student.html.j2",
        member,
        enrolment.student or enrolment.person.login,
        assignment=found,
        enrolment=enrolment,
        one=one,
        details=details,
        extensions=extensions,
    )


def _detail(serves: Server, session: Session, assignment: Assignment, seen: SeenAttempt) -> Detail:
    jobs = session.scalars(select(Job).where(Job.attempt_id == seen.attempt.id).order_by(Job.id.desc())).all()
    record = record_of(serves, seen.marking)
    problems: list[Any] = []
    if record is not None and record.problems:
        problems = details_of(assignment, seen.attempt.student, record, counts=seen.attempt.counts)
    return Detail(seen, jobs, record, problems, regrade_requests.requests_of(session, seen.attempt.id))
