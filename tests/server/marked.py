"""A server with the tiny course, whose attempts tests mark as they like, without a kernel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment
from autograder.course.results import ProblemResult, Record, Status
from autograder.grading.task import Reply
from autograder.i18n.messages import Message
from autograder.server.attempts import queue, results
from autograder.server.attempts.queue import Claim
from autograder.server.attempts.storage import Storage
from autograder.server.database import Database
from autograder.server.marking.entering import Entering
from autograder.server.server import ServedCourse
from autograder.server.tables import Attempt, Enrolment, JobKind, Person, Role, Source, State
from autograder.server.tables import Course as CourseRow
from tests.support.school import NOON, Clock

NAME = "arithmetic"


def record_of(student: str, double: float = 4, halve: float = 6, status: Status = Status.MARKED, **more: Any) -> Record:
    """Return a record with these points."""
    points = {"double": (double, 4), "halve": (halve, 6)}
    problems = [ProblemResult(id=name, score=score, max_score=most) for name, (score, most) in points.items()]
    refused = status is Status.REJECTED
    return Record(
        assignment=NAME,
        student=student,
        sha256="",
        status=status,
        score=0 if refused else double + halve,
        max_score=10,
        manual=["why"],
        manual_max_score=5,
        problems=[] if refused else problems,
        notes=[Message("It is no notebook.")] if refused else [],
        kit_version="1",
        tests_sha256="",
        environment={},
        seconds=0,
        **more,
    )


@dataclass
class Marked:
    """A server with the tiny course.

    Attributes:
        assignment: Its assignment.
        database: Its database.
        storage: Its files.
        course: The course as it serves it.
        clock: Its clock.
    """

    assignment: Assignment
    database: Database
    storage: Storage
    course: ServedCourse
    clock: Clock

    @property
    def entering(self) -> Entering:
        """What enters attempts into the gradebook."""
        return Entering(self.database, self.storage, self.course, NAME, self.clock)

    def put(self, student: str, number: int = 1, content: str = "{}", kind: JobKind = JobKind.LIVE) -> str:
        """Take in an attempt, and return its id."""
        self.clock.forward(seconds=1)
        attempt_id = f"{abs(hash(student)) % 16**8:08x}{number:024x}"
        (self.storage.begin_attempt(attempt_id) / f"{NAME}.ipynb").write_text(content)
        with self.database.writing() as session:
            person = session.query(Person).filter_by(login=student).one_or_none()
            if person is None:
                person = Person(login=student, created_at=NOON)
                session.add(person)
                session.flush()
                row = Enrolment(course_id=self.course.id, person_id=person.id, role=Role.STUDENT, student=student)
                session.add(row)
            attempt = Attempt(
                id=attempt_id,
                course_id=self.course.id,
                assignment=NAME,
                person_id=person.id,
                student=student,
                number=number,
                key=attempt_id,
                received_at=self.clock(),
                source=Source.API,
                files=[{"name": f"{NAME}.ipynb", "size": len(content), "sha256": ""}],
                size=len(content),
                sha256="",
                receipt={},
                state=State.QUEUED,
            )
            session.add(attempt)
            session.flush()
            queue.put(session, attempt, kind, self.clock())
        return attempt_id

    def take(self, owner: str = "m1") -> Claim:
        """Take what comes next."""
        (claim,) = queue.take(self.database, self.course.id, NAME, owner, 1, self.clock())
        queue.begin(self.database, claim, self.clock())
        return claim

    def finish(self, claim: Claim, record: Record | None = None) -> bool:
        """Keep what a marking came to."""
        self.clock.forward(seconds=1)
        record = record or record_of(claim.student, attempt=claim.attempt_number)
        reply = Reply(claim.key, record, None, page="<html>")
        rules = self.course.rules(NAME)
        return results.keep(self.database, self.storage, rules, claim, reply, {"marked": 1.0}, self.clock)

    def mark(self, student: str, number: int = 1, **points: Any) -> str:
        """Take in an attempt with its result, and return its id."""
        attempt_id = self.put(student, number)
        claim = self.take()
        assert self.finish(claim, record_of(student, attempt=number, **points))
        return attempt_id

    def attempt(self, attempt_id: str) -> Attempt:
        """Return an attempt's row."""
        with self.database.reading() as session:
            return session.get_one(Attempt, attempt_id)


def make_marked(assignment: Assignment, folder: Path) -> Marked:
    """Return a server with the tiny course; close its database."""
    folder.mkdir(exist_ok=True)
    database = Database(f"sqlite:///{folder / 'server.db'}")
    database.migrate()
    with database.writing() as session:
        row = CourseRow(slug="cs231n", title="", root=str(assignment.course.root))
        session.add(row)
    served = ServedCourse(row.id, "cs231n", "", assignment.course, {NAME: assignment})
    return Marked(assignment, database, Storage(folder), served, Clock(NOON + timedelta()))
