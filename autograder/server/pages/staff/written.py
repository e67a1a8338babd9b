"""Shows staff what waits for a person: written questions, and problems on which the grader failed."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from autograder.course.course import CourseError
from autograder.course.results import RecordError
from autograder.reports.class_data import ClassData, Waiting, records_of, rows_of
from autograder.server.accounts.access import Staff
from autograder.server.pages.staff.frame import IN_COURSE, show
from autograder.server.server import Serves
from autograder.server.tables import Attempt

router = APIRouter(include_in_schema=False)


@router.get(IN_COURSE + "/{assignment}/written")
def written_page(request: Request, assignment: str, member: Staff, serves: Serves) -> Response:
    """Show what waits for a person in the gradebook."""
    found = member.course.assignment(assignment)
    fault, waiting = "", list[Waiting]()
    try:
        waiting = ClassData(found, rows_of(found, records_of(found))).waiting
    except (CourseError, RecordError) as why:
        fault = str(why)
    chosen = select(Attempt.student, Attempt.person_id, Attempt.id).where(
        Attempt.course_id == member.course.id, Attempt.assignment == assignment, Attempt.counts
    )
    with serves.database.reading() as session:
        attempts = {student: (person, attempt) for student, person, attempt in session.execute(chosen)}
    return show(
        request, "written.html.j2", member, "Waits for a person", assignment=found, tab="written", waiting=waiting,
        attempts=attempts, fault=fault,
    )  # fmt: skip
