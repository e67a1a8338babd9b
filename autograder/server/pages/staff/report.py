"""Shows the class report and what hints did, made of the class as it is now; their tables, and what they link to."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from sqlalchemy import select

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.results import RecordError
from autograder.marking.execution.outputs import storable
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.reports.class_data import class_data
from autograder.reports.class_report import ReportRequest, class_page, tables_of
from autograder.reports.hints import report as hint_report
from autograder.server.accounts.access import Staff
from autograder.server.api.attempts import as_attachment
from autograder.server.attempts import hints
from autograder.server.pages.frame import go
from autograder.server.pages.staff.frame import IN_COURSE, address, show
from autograder.server.server import Serves, not_found
from autograder.server.tables import Attempt

router = APIRouter(include_in_schema=False)
# The report's own policy, in its head, lets in its one stylesheet and its one script.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
PAGE = "class.html"
# The report's links are those between the class's folders: reports/, records/, feedback/.
CLASSROOM = IN_COURSE + "/classroom"


@router.get(IN_COURSE + "/{assignment}/report")
def to_report(assignment: str, member: Staff) -> Response:
    """Lead to the report."""
    member.course.assignment(assignment)
    return go(address(member, "classroom", "reports", assignment, PAGE))


@router.get(IN_COURSE + "/{assignment}/hints")
def to_hints(assignment: str, member: Staff) -> Response:
    """Lead to the page on hints."""
    member.course.assignment(assignment)
    return go(address(member, "classroom", "reports", assignment, hint_report.PAGE))


@router.get(CLASSROOM + "/reports/{assignment}/{name}")
def report(request: Request, assignment: str, name: str, member: Staff, serves: Serves) -> Response:
    """Return the report's page, or one of its tables, of the class as it is now; no file is written."""
    found = member.course.assignment(assignment)
    if name in hint_report.FILES:
        return _hints(found, name, member, serves)
    try:
        data = class_data(found)
    except (CourseError, RecordError) as fault:
        why = str(fault)
        return show(request, "no_report.html.j2", member, "Class report", assignment=found, tab="report", fault=why)
    if name == PAGE:
        asked = ReportRequest(served=frozenset(_counted(serves, member, assignment)), hints=True)
        return _as_page(class_page(data, found.course.reports / found.name, asked))
    tables = tables_of(data)
    if name not in tables:
        raise not_found()
    return _as_file(found, name, tables[name])


def _hints(found: Assignment, name: str, member: Staff, serves: Serves) -> Response:
    """Return what hints did: a page, or one of its tables."""
    with serves.database.reading() as session:
        retries = hints.Finder(session, serves.storage, found, member.course.id).find()
    text = hint_report.hint_texts(found, retries)[name]
    return _as_page(text) if name == hint_report.PAGE else _as_file(found, name, text)


def _as_page(text: str) -> Response:
    return HTMLResponse(storable(text), headers={"Content-Security-Policy": POLICY})


def _as_file(found: Assignment, name: str, text: str) -> Response:
    kind = "application/json" if name.endswith(".json") else "text/csv"
    return Response(storable(text), media_type=kind, headers=as_attachment(f"{found.name}-{name}"))


@router.get(CLASSROOM + "/records/{assignment}/{name}.json")
def record(assignment: str, name: str, member: Staff, serves: Serves) -> Response:
    """Return the record of a student's submission that is in the gradebook."""
    found = member.course.assignment(assignment)
    # Only of students who are known: no name leads elsewhere.
    file = record_file(found.course.records, found.name, name)
    if name not in _counted(serves, member, assignment) or not file.is_file():
        raise not_found()
    return FileResponse(file, media_type="application/json")


@router.get(CLASSROOM + "/feedback/{student}/{assignment}/{name}")
def feedback(student: str, assignment: str, name: str, member: Staff, serves: Serves) -> Response:
    """Lead to the feedback page of the attempt that counts."""
    member.course.assignment(assignment)
    attempt = _counted(serves, member, assignment).get(student)
    if attempt is None or name != f"{assignment}.html":
        raise not_found()
    return go(f"/attempts/{attempt}/feedback")


def _counted(serves: Serves, member: Staff, assignment: str) -> dict[str, str]:
    """Return the ids of the attempts that count, by student."""
    chosen = select(Attempt.student, Attempt.id).where(
        Attempt.course_id == member.course.id, Attempt.assignment == assignment, Attempt.counts
    )
    with serves.database.reading() as session:
        return {row.student: row.id for row in session.execute(chosen)}
