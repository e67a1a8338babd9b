"""Shows the class report, made of the class as it is now; its tables beside it, and what it links to."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from sqlalchemy import select

from autograder.course.course import CourseError
from autograder.course.results import RecordError
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.reports.class_report import write_report
from autograder.server.pages.frame import go
from autograder.server.pages.home import Serves
from autograder.server.pages.staff.frame import IN_COURSE, Staff, address, set_in, show
from autograder.server.server import not_found
from autograder.server.tables import Attempt

router = APIRouter(include_in_schema=False)
# The report's own policy, in its head, lets in its one stylesheet and its one script.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
PAGE = "class.html"
# What the report links to beside itself.
TABLES = {"class.csv", "tests.csv", "mistakes.csv", "waiting.csv", "class.json"}
# The report's links are those between the class's folders: reports/, records/, feedback/.
CLASSROOM = IN_COURSE + "/classroom"


@router.get(IN_COURSE + "/{assignment}/report")
def make_report(request: Request, assignment: str, member: Staff) -> Response:
    """Make the report anew, and lead to it."""
    found = set_in(member, assignment)
    try:
        write_report(found)
    except (CourseError, RecordError) as fault:
        return show(
            request, "no_report.html.j2", member, "Class report", assignment=found, tab="report", fault=str(fault)
        )
    return go(address(member, "classroom", "reports", assignment, PAGE))


@router.get(CLASSROOM + "/reports/{assignment}/{name}")
def report_file(assignment: str, name: str, member: Staff) -> Response:
    """Return a file of the report."""
    found = set_in(member, assignment)
    # Only by the names that are known: no name leads elsewhere.
    file = found.course.reports / found.name / name
    if name not in {PAGE, *TABLES} or not file.is_file():
        raise not_found()
    if name == PAGE:
        return HTMLResponse(file.read_bytes(), headers={"Content-Security-Policy": POLICY})
    return FileResponse(file, filename=f"{assignment}-{name}")


@router.get(CLASSROOM + "/records/{assignment}/{name}.json")
def record(assignment: str, name: str, member: Staff, serves: Serves) -> Response:
    """Return the record of a student's submission that is in the gradebook."""
    found = set_in(member, assignment)
    _counted(serves, member, assignment, name)
    file = record_file(found.course.records, found.name, name)
    if not file.is_file():
        raise not_found()
    return FileResponse(file, media_type="application/json")


@router.get(CLASSROOM + "/feedback/{student}/{assignment}/{name}")
def feedback(student: str, assignment: str, name: str, member: Staff, serves: Serves) -> Response:
    """Lead to the feedback page of the attempt that counts."""
    set_in(member, assignment)
    return go(f"/attempts/{_counted(serves, member, assignment, student)}/feedback")


def _counted(serves: Serves, member: Staff, assignment: str, student: str) -> str:
    """Return the id of the attempt of a student that counts.

    Raises:
        RequestError: There is none.
    """
    chosen = select(Attempt.id).where(
        Attempt.course_id == member.course.id,
        Attempt.assignment == assignment,
        Attempt.student == student,
        Attempt.counts,
    )
    with serves.database.reading() as session:
        found = session.scalar(chosen)
    if found is None:
        raise not_found()
    return found
