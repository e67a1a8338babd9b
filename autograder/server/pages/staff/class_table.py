"""Shows staff a class: each student with attempts, what counts, its score, lateness, extension."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.gradebook_scores import gradebook_scores
from autograder.course.handing_in import Lateness, Rules, lateness
from autograder.course.score import Score
from autograder.server.accounts import people
from autograder.server.accounts.access import Staff
from autograder.server.attempts.extensions import extensions_of
from autograder.server.pages.staff.frame import IN_COURSE, show
from autograder.server.pages.standing import score_of
from autograder.server.server import ServedCourse, Serves
from autograder.server.tables import NAME, Attempt, Enrolment, Marking, RegradeRequest, RequestState, Role, State

router = APIRouter(include_in_schema=False)
IN_TIME = Lateness()


@dataclass(frozen=True)
class Row:
    """One student.

    Attributes:
        enrolment: Who it is.
        attempts: How many attempts there are.
        newest: The newest; None where there is none.
        counted: The one that counts.
        score: Its score, as the gradebook has it once it is entered there.
        entered: Whether it is.
        late: How late it came.
        extended: The due time that they were given.
        requests: How many of their requests wait for an answer.
    """

    enrolment: Enrolment
    attempts: int = 0
    newest: Attempt | None = None
    counted: Attempt | None = None
    score: Score | None = None
    entered: bool = False
    late: Lateness = IN_TIME
    extended: datetime | None = None
    requests: int = 0

    @property
    def name(self) -> str:
        """What they are called."""
        return self.enrolment.person.name


# What can be shown: how it is called, and who it is.
SHOWS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    "": ("everybody", lambda _: True),
    "failed": ("the grader failed", lambda row: _newest_is(row, State.FOR_A_PERSON)),
    "refused": ("could not be marked", lambda row: _newest_is(row, State.REFUSED)),
    "waiting": ("in the queue or being marked", lambda row: _newest_is(row, State.QUEUED, State.MARKING)),
    "none": ("handed in nothing", lambda row: row.newest is None),
    "late": ("late", lambda row: bool(row.late.days)),
    "extended": ("with an extension", lambda row: row.extended is not None),
    "asking": ("with an open request", lambda row: bool(row.requests)),
    "not-entered": ("not in the gradebook yet", lambda row: row.counted is not None and not row.entered),
}
SORTS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    "student": ("student", lambda row: row.enrolment.student.lower()),
    "name": ("name", lambda row: row.name.lower()),
    "section": ("section", lambda row: row.enrolment.section.lower()),
    "attempts": ("attempts", lambda row: row.attempts),
    "newest": ("newest", lambda row: row.newest.received_at.timestamp() if row.newest else None),
    "score": ("points", lambda row: row.score.points if row.score else None),
    "late": ("late", lambda row: row.late.days),
}


def _newest_is(row: Row, *states: State) -> bool:
    return row.newest is not None and row.newest.state in states


def rows_of(session: Session, served: ServedCourse, assignment: Assignment) -> list[Row]:
    """Return a row for each student of a course, and for each who has left it and handed in.

    Args:
        session: Reads what the server knows.
        served: The course.
        assignment: The assignment.
    """
    rules = served.rules(assignment.name)
    extensions = {one.student: one.due_at for one in extensions_of(session, served.id, assignment.name)}
    entered = _entered(assignment)
    here = (Attempt.course_id == served.id, Attempt.assignment == assignment.name)
    found: dict[int, list[tuple[Attempt, Marking | None]]] = {}
    chosen = select(Attempt, Marking).outerjoin(Marking, Marking.id == Attempt.marking_id).where(*here)
    for attempt, marking in session.execute(chosen.order_by(Attempt.number)):
        found.setdefault(attempt.person_id, []).append((attempt, marking))
    asked = select(Attempt.person_id, func.count()).join(RegradeRequest, RegradeRequest.attempt_id == Attempt.id)
    asked = asked.where(*here, RegradeRequest.state == RequestState.OPEN).group_by(Attempt.person_id)
    requests = {row[0]: row[1] for row in session.execute(asked)}
    enrolments = {one.person_id: one for one in people.members(session, served.id, Role.STUDENT)}
    for left in set(found) - set(enrolments):
        row = session.get(Enrolment, (served.id, left))
        if row is not None:
            enrolments[left] = row
    return [
        _row(assignment, rules, one, found.get(person, []), extensions, entered, requests.get(person, 0))
        for person, one in enrolments.items()
    ]


def _row(
    assignment: Assignment,
    rules: Rules,
    enrolment: Enrolment,
    attempts: Sequence[tuple[Attempt, Marking | None]],
    extensions: dict[str, datetime],
    entered: dict[str, Score],
    requests: int,
) -> Row:
    extended = extensions.get(enrolment.student)
    if not attempts:
        return Row(enrolment, extended=extended)
    counted, marking = next(((one, made) for one, made in attempts if one.counts), (None, None))
    late = lateness(rules, counted.received_at, extended) if counted else IN_TIME
    score = score_of(assignment, marking, late.penalty) if marking else None
    is_in = counted is not None and counted.entered_at is not None
    return Row(
        enrolment=enrolment,
        attempts=len(attempts),
        newest=attempts[-1][0],
        counted=counted,
        score=entered.get(enrolment.student, score) if is_in else score,
        entered=is_in,
        late=late,
        extended=extended,
        requests=requests,
    )


def _entered(assignment: Assignment) -> dict[str, Score]:
    """Return the scores that the gradebook has, with what people gave; nothing where it cannot be read now."""
    try:
        return {student: one.score for student, one in gradebook_scores(assignment).items()}
    except CourseError:
        return {}


def chosen(rows: Sequence[Row], text: str, show_: str, section: str, sort: str, *, down: bool) -> list[Row]:
    """Return the rows that are asked for, in the order that is asked for; what is empty stays at the end.

    Args:
        rows: All.
        text: A part of an id or a name.
        show_: A key of `SHOWS`.
        section: A section; all when empty.
        sort: A key of `SORTS`.
        down: Whether the largest comes first.
    """
    text = text.strip().lower()
    fits = SHOWS.get(show_, SHOWS[""])[1]
    kept = [
        row
        for row in rows
        if fits(row)
        and section in ("", row.enrolment.section)
        and (text in row.enrolment.student.lower() or text in row.name.lower())
    ]
    value = SORTS.get(sort, SORTS["student"])[1]
    keyed = [(value(row), row) for row in kept]
    full = sorted((one for one in keyed if one[0] not in (None, "")), key=lambda one: one[0], reverse=down)
    return [row for _, row in [*full, *(one for one in keyed if one[0] in (None, ""))]]


@router.get(IN_COURSE + "/{assignment}/")
def class_page(
    request: Request,
    assignment: str,
    member: Staff,
    serves: Serves,
    q: Annotated[str, Query(max_length=NAME)] = "",
    show_: Annotated[str, Query(alias="show", max_length=20)] = "",
    section: Annotated[str, Query(max_length=NAME)] = "",
    sort: Annotated[str, Query(max_length=20)] = "student",
    down: bool = False,
) -> Response:
    """Show a class."""
    found = member.course.assignment(assignment)
    with serves.database.reading() as session:
        rows = rows_of(session, member.course, found)
    scores = [row.score.points for row in rows if row.score is not None]
    return show(
        request,
        "class.html.j2",
        member,
        found.title,
        assignment=found,
        tab="class",
        rows=chosen(rows, q, show_, section, sort, down=down),
        students=len(rows),
        handed_in=sum(row.newest is not None for row in rows),
        mean=sum(scores) / len(scores) if scores else None,
        most=sum(problem.points for problem in found.problems.values()),
        asked={"q": q, "show": show_, "section": section, "sort": sort, "down": down},
        shows={key: title for key, (title, _) in SHOWS.items()},
        counts={key: sum(fits(row) for row in rows) for key, (_, fits) in SHOWS.items()},
        sorts={key: title for key, (title, _) in SORTS.items()},
        sections=sorted({row.enrolment.section for row in rows} - {""}),
        rules=member.course.rules(assignment),
    )
