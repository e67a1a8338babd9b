"""What every route and process of the server has: its folder, database, courses, key, settings, clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fastapi import Request

from autograder.course.assignment import Assignment, assignment_names
from autograder.course.course import Course, CourseError
from autograder.course.gradebook_scores import gradebook_assignments
from autograder.i18n.messages import say
from autograder.server.database import Database
from autograder.server.errors import RequestError
from autograder.server.receipts import ReceiptKey
from autograder.server.storage import Storage
from autograder.server.tables import Course as CourseRow


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class IntakeSettings:
    """Limits on what comes in.

    Attributes:
        files: How many files one attempt may have.
        file: Bytes of one file.
        total: Bytes of all of them.
        per_student: How many attempts of one student may wait to be marked in a course.
        queue: How many may wait in a course.
        reserve: Bytes that stay free on the disk; nothing is taken in when there are fewer.
        repeat_seconds: Within that time, the same bytes as the student's newest attempt are that attempt.
    """

    files: int = 30
    file: int = 50_000_000
    total: int = 100_000_000
    per_student: int = 5
    queue: int = 5_000
    reserve: int = 1 << 30
    repeat_seconds: float = 600.0


@dataclass(frozen=True)
class ServedCourse:
    """A course that the server serves.

    Attributes:
        id: Its row.
        slug: Its name in addresses.
        title: What people call it.
        course: Its folders.
        assignments: Those that are set in it, by name.
    """

    id: int
    slug: str
    title: str
    course: Course
    assignments: Mapping[str, Assignment]


@dataclass(frozen=True)
class Server:
    """What routes get.

    Attributes:
        data: The server's folder.
        url: The address by which people reach it, without a slash at its end.
        database: Its database.
        courses: Its courses, by their names in addresses.
        key: Signs receipts.
        intake: Limits on what comes in.
        slots: How many submissions are marked at once.
        clock: Gives the time; nobody else's clock is believed.
        wake: Called when there is something to mark, with the course's id and the assignment.
    """

    data: Path
    url: str
    database: Database
    courses: Mapping[str, ServedCourse]
    key: ReceiptKey
    intake: IntakeSettings = field(default_factory=IntakeSettings)
    slots: int = 1
    clock: Callable[[], datetime] = now
    wake: Callable[[int, str], None] = lambda _course, _assignment: None

    @property
    def storage(self) -> Storage:
        """Its files."""
        return Storage(self.data)

    def course(self, slug: str) -> ServedCourse:
        """Return a course by its name in addresses.

        Raises:
            RequestError: There is none; the same that somebody gets who is not in it.
        """
        if slug not in self.courses:
            raise not_found()
        return self.courses[slug]

    def course_of(self, course_id: int) -> ServedCourse:
        """Return the course of a row.

        Raises:
            RequestError: This server does not serve it any longer.
        """
        found = next((one for one in self.courses.values() if one.id == course_id), None)
        if found is None:
            raise not_found()
        return found

    def assignment(self, slug: str, name: str) -> Assignment:
        """Return an assignment of a course.

        Raises:
            RequestError: There is none.
        """
        found = self.course(slug).assignments.get(name)
        if found is None:
            raise not_found()
        return found


def not_found() -> RequestError:
    """Return the error for what is not there, or not for whoever asks."""
    return RequestError(
        404, "not-found", say("There is nothing at this address."), say("Look for it from the first page.")
    )


def server(request: Request) -> Server:
    """Return the server of a request, for routes that depend on it."""
    found: Server = request.app.state.server
    return found


def serve_courses(database: Database, courses: Mapping[str, Course]) -> dict[str, ServedCourse]:
    """Return courses with their rows, which are made or brought up to date.

    Args:
        database: The server's database.
        courses: The courses, by their names in addresses.

    Raises:
        CourseError: A course has no assignment that could be handed in.
    """
    served = {}
    for slug, course in courses.items():
        assignments = {name: Assignment(course, name) for name in set_assignments(course)}
        if not assignments:
            raise CourseError(
                f"{course.root} has no assignment in its gradebook: run `autograder release ASSIGNMENT` there first"
            )
        with database.writing() as session:
            row = session.query(CourseRow).filter_by(slug=slug).one_or_none()
            if row is None:
                row = CourseRow(slug=slug, title=slug, root="")
                session.add(row)
            row.root = str(course.root)
            session.flush()
            served[slug] = ServedCourse(row.id, slug, row.title, course, assignments)
    return served


def set_assignments(course: Course) -> list[str]:
    """Return the assignments of a course that can be handed in: those that its gradebook knows."""
    known = gradebook_assignments(course)
    return [name for name in assignment_names() if name in known]
