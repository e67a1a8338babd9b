"""A grading server whose database is filled without marking anything: for tests of pages, and for looking at them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.course.results import ProblemResult, Record, Status, Verdict, dump_record
from autograder.i18n.messages import Message, say
from autograder.server.accounts import people
from autograder.server.accounts.credentials import cookie_name
from autograder.server.attempts.counting import recount
from autograder.server.attempts.storage import FEEDBACK, NOTEBOOK, RECORD, StoredFile, digest_of_files
from autograder.server.server import ServedCourse, Server
from autograder.server.settings import Settings
from autograder.server.tables import (
    Attempt,
    Enrolment,
    Extension,
    Job,
    JobKind,
    JobState,
    Marking,
    Person,
    RegradeRequest,
    RequestState,
    Role,
    Source,
    State,
)
from tests.support.classes import result
from tests.support.school import NOON, School, make_school

NAME = "rnn_captioning"
RULES = """\
zone = "America/Los_Angeles"

[rnn_captioning]
opens = 2026-11-20 09:00:00
due = 2026-11-29 23:59:00
late_days = 2
penalty_per_day = 0.1
grace_minutes = 5
attempts_per_day = 10
counts = "chosen"
"""
HOSTILE = "<script>alert(1)</script>\"'\u202e"


@dataclass
class Seeded:
    """A server with attempts.

    Attributes:
        school: Its people, tokens and clock.
        attempts: Ids of attempts, by what they are for.
    """

    school: School
    attempts: dict[str, str] = field(default_factory=dict)

    @property
    def server(self) -> Server:
        """The server."""
        return self.school.server

    @property
    def course(self) -> ServedCourse:
        """The course with attempts."""
        return self.server.courses["vision"]

    @property
    def assignment(self) -> Assignment:
        """Its assignment."""
        return self.course.assignments[NAME]


def course_in(root: Path, rules: str = RULES) -> Course:
    """Make a folder that is a course with the kit's own assignments, and rules."""
    shutil.copy(KIT_ROOT / "nbgrader_config.py", root)
    for part in ("source", "release", "solutions"):
        (root / part).symlink_to(KIT_ROOT / part)
    (root / "handing_in.toml").write_text(rules, encoding="utf-8")
    return Course(root)


@cache
def notebook(written: int, line: str = "") -> bytes:
    """Return a notebook in which the first problems are solved, as the solution does it, and the others untouched."""
    solved, stubs = (
        json.loads((KIT_ROOT / folder / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
        for folder in ("solutions", "release")
    )
    untouched = {_name(cell): cell for cell in stubs["cells"] if _name(cell)}
    names = [_name(cell) for cell in solved["cells"] if cell["metadata"].get("nbgrader", {}).get("solution")]
    for index, cell in enumerate(solved["cells"]):
        if _name(cell) in names[written:]:
            solved["cells"][index] = untouched[_name(cell)]
        elif _name(cell) == names[0] and line:
            cell["source"] = "".join(cell["source"]) + f"\n{line}"
    return json.dumps(solved, ensure_ascii=False).encode()


def _name(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def record_of(assignment: Assignment, student: str, right: int, message: str = "", diagnosis: str = "") -> Record:
    """Return a record in which the first problems are right, and the next one failed."""
    problems: list[ProblemResult] = []
    automatic = [one for one in assignment.problems.values() if not one.manual]
    for index, one in enumerate(automatic):
        if index < right:
            problems.append(result(one.id, one.points, one.points))
        else:
            said, named = (message, diagnosis) if index == right else ("", "")
            score = one.points / 4 if index == right else 0
            problems.append(result(one.id, score, one.points, Verdict.FAILED, said, named))
    return Record(
        assignment=NAME,
        student=student,
        sha256="0" * 64,
        status=Status.MARKED,
        score=sum(one.score for one in problems),
        max_score=sum(one.max_score for one in problems),
        manual=[one.id for one in assignment.problems.values() if one.manual],
        problems=problems,
        kit_version="0.1.0",
        tests_sha256="0" * 64,
        environment={},
        seconds=0.5,
    )


def refused_record(student: str, note: Message) -> Record:
    """Return the record of a submission that could not be marked."""
    return Record(
        assignment=NAME, student=student, sha256="0" * 64, status=Status.REJECTED, score=0, max_score=0, notes=[note],
        kit_version="0.1.0", tests_sha256="0" * 64, environment={}, seconds=0.0,
    )  # fmt: skip


class Seeder:
    """Adds people and attempts to a server.

    Args:
        school: The server.
    """

    def __init__(self, school: School) -> None:
        self.school, self.server = school, school.server
        self.course = school.server.courses["vision"]
        self.assignment = self.course.assignments[NAME]

    def student(self, login: str, name: str = "", section: str = "") -> int:
        """Add a student, or find the one that there is, and return their person's id."""
        with self.server.database.writing() as session:
            person = session.query(Person).filter_by(login=login).one_or_none()
            if person is None:
                person = Person(login=login, name=name or login.title(), created_at=NOON)
                session.add(person)
                session.flush()
                row = Enrolment(course_id=self.course.id, person_id=person.id, role=Role.STUDENT, student=login)
                row.section = section
                session.add(row)
            return person.id

    def attempt(
        self,
        login: str,
        number: int,
        at: datetime,
        data: bytes,
        state: State = State.MARKED,
        record: Record | None = None,
        feedback: str = "<!doctype html><title>Feedback</title>",
        *,
        name: str = f"{NAME}.ipynb",
        marked_notebook: bytes | None = None,
        fault: str = "",
    ) -> str:
        """Add an attempt, with its files, its job and what marking it came to, and return its id."""
        person_id, storage = self.student(login), self.server.storage
        attempt_id = f"{person_id:012x}{number:04x}{'a' * 16}"
        folder = storage.begin_attempt(attempt_id)
        (folder / name).write_bytes(data)
        stored = StoredFile(name, len(data), hashlib.sha256(data).hexdigest())
        sha256 = digest_of_files([stored])
        said = {
            "server": self.server.settings.url, "course": self.course.slug, "assignment": NAME, "student": login,
            "attempt": attempt_id, "number": number, "received_at": at.isoformat(timespec="milliseconds"),
            "due_at": None, "late_seconds": 0.0, "counts_as": "in time", "penalty": 0.0, "files": [stored.as_json()],
            "sha256": sha256,
        }  # fmt: skip
        with self.server.database.writing() as session:
            row = Attempt(
                id=attempt_id, course_id=self.course.id, assignment=NAME, person_id=person_id, student=login,
                number=number, key=f"key {number}", received_at=at, source=Source.BROWSER, files=[stored.as_json()],
                size=len(data), sha256=sha256, receipt=self.server.key.sign(said), state=state,
            )  # fmt: skip
            session.add(row)
            session.flush()
            jobs = {State.QUEUED: JobState.QUEUED, State.MARKING: JobState.LEASED}
            jobs[State.FOR_A_PERSON] = JobState.GIVEN_UP
            job = Job(
                attempt_id=attempt_id, kind=JobKind.LIVE, state=jobs.get(state, JobState.DONE), queued_at=at, claim=1,
                begun_at=None if state is State.QUEUED else at, fault=fault, seconds={},
                finished_at=at + timedelta(seconds=1.2) if record else None,
            )  # fmt: skip
            session.add(job)
            session.flush()
            if record is not None:
                row.marking_id = self.marking(session, row, job, record, at, feedback, marked_notebook or data)
            rules = self.course.rules(NAME)
            session.flush()
            recount(session, rules, self.course.id, NAME, person_id, at)
        return attempt_id

    def marking(
        self, session: Any, row: Attempt, job: Job, record: Record, at: datetime, feedback: str, marked: bytes
    ) -> int:
        """Add what a job came to, and return the marking's id."""
        marking = Marking(
            attempt_id=row.id, job_id=job.id, claim=job.claim, made_at=at, status=record.status.value,
            score=record.score, max_score=record.max_score, waits=bool(record.manual),
            problems={one.id: [None if one.unresolved else one.score, one.max_score] for one in record.problems},
            mistakes={one.id: [found.name for found in one.diagnoses] for one in record.problems if one.diagnoses},
            kit_version="0.1.0", basis_sha256="0" * 64,
        )  # fmt: skip
        session.add(marking)
        session.flush()
        files = {RECORD: dump_record(record), NOTEBOOK: marked, FEEDBACK: feedback.encode()}
        self.server.storage.write_marking(row.id, job.id, job.claim, files)
        return marking.id

    def marked_again(self, regrade_id: int, right: Mapping[str, int], failed: Sequence[str] = ()) -> None:
        """Let a regrade's jobs be done: so many problems of each student are right now; on some the grader failed."""
        now = self.school.clock()
        with self.server.database.writing() as session:
            for job in session.query(Job).filter_by(regrade_id=regrade_id).all():
                row = session.get_one(Attempt, job.attempt_id)
                job.claim, job.begun_at, job.finished_at = 1, now, now
                job.state = JobState.GIVEN_UP if row.student in failed else JobState.DONE
                if row.student in right:
                    record = record_of(self.assignment, row.student, right[row.student], "off", "new_mistake")
                    self.marking(session, row, job, record, now, "<title>Again</title>", notebook(right[row.student]))


def seed(
    folder: Path, *, rules: str = RULES, settings: Settings | None = None, crowd: int = 0, url: str | None = None
) -> Seeded:
    """Return a server in whose course ``vision`` each state of an attempt occurs; close its database.

    Args:
        folder: An empty folder.
        rules: The course's ``handing_in.toml``.
        settings: The server's settings.
        crowd: So many further students, each with an attempt.
    """
    school = make_school(folder, settings, url)
    course = course_in(folder / "vision", rules)
    served = school.server.courses["vision"]
    assignment = Assignment(course, NAME)
    made = ServedCourse(served.id, served.slug, "Computer Vision", course, {NAME: assignment})
    school.server.courses["vision"] = made  # type: ignore[index]
    seeded, seeder = Seeded(school), Seeder(school)
    hours = [NOON - timedelta(hours=hour) for hour in range(60)]

    def marked(login: str, number: int, at: datetime, right: int, message: str = "", diagnosis: str = "") -> str:
        record = record_of(assignment, login, right, message, diagnosis)
        return seeder.attempt(login, number, at, notebook(right), record=record)

    ids = seeded.attempts
    ids["first"] = marked("ada", 1, hours[40], 2, "Your code raised ValueError: shapes (3,4) and (5,) not aligned.")
    ids["second"] = marked("ada", 2, hours[20], 5, "dWh is off by a factor of 2.", "sum_forgotten")
    ids["third"] = marked("ada", 3, hours[2], 8)
    note = say("{name} cannot be read ({fault}): hand in the notebook alone", name=HOSTILE, fault="is a directory")
    ids["refused"] = seeder.attempt(
        "ben", 1, hours[9], b"{", State.REFUSED, refused_record("ben", note), name=f"{HOSTILE.replace('/', '_')}.ipynb"
    )
    ids["bens"] = marked("ben", 2, hours[8], 4, HOSTILE, "transposed")
    ids["queued"] = seeder.attempt("chen", 1, hours[0], notebook(6), State.QUEUED)
    ids["marking"] = seeder.attempt("dana", 1, hours[0], notebook(7), State.MARKING)
    ids["failed"] = seeder.attempt(
        "emeka", 1, hours[1], notebook(3), State.FOR_A_PERSON, fault="worker killed eight times: out of memory"
    )
    with school.database.writing() as session:
        ada, ina = school.person("ada", session), school.person("ina", session)
        session.add(
            RegradeRequest(
                attempt_id=ids["second"],
                problem="rnn_backward",
                text=f"Test 3 expects what no text says. {HOSTILE}",
                at=hours[19],
                state=RequestState.OPEN,
            )
        )
        session.add(
            RegradeRequest(
                attempt_id=ids["first"],
                problem="",
                text="Why are there no points for comments?",
                at=hours[39],
                state=RequestState.DECLINED,
                answer="Comments are welcome, and are not marked.",
                answered_by_id=ina.id,
                answered_at=hours[30],
            )
        )
        ben = school.person("ben", session)
        session.add(
            Extension(
                course_id=made.id,
                assignment=NAME,
                person_id=ben.id,
                due_at=NOON + timedelta(days=5),
                reason="was ill",
                by_id=ina.id,
                at=hours[10],
            )
        )
        assert ada is not None
    names = ("Ola Nordmann", "王小明", "María José García", "Nguyễn Văn An", "Zoë O'Neil", "Jürgen Müller")
    for index in range(crowd):
        login = f"s{index:04}"
        seeder.student(login, f"{names[index % len(names)]} {index}", "AB"[index % 2])
        named = ("", "tanh_left_out")[index % 2]
        marked(login, 1, hours[3 + index % 50], index % 9, "Your code raised KeyError: 'W'.", named)
    return seeded


class Browser:
    """A browser: it keeps cookies, follows no redirect by itself, and sends with a form what a page's form holds.

    Args:
        client: The client.
        seeded: The server.
        login: Who has signed in; empty for nobody.
    """

    def __init__(self, client: Any, seeded: Seeded, login: str) -> None:
        self.client, self.csrf = client, ""
        if login:
            school = seeded.school
            with school.database.writing() as session:
                lifetime = school.server.settings.sessions
                made = people.start_session(session, school.person(login, session), school.clock(), lifetime)
                self.csrf = made.row.csrf
            client.cookies.set(cookie_name(school.server.settings), made.cookie)

    def get(self, address: str, **how: Any) -> Any:
        """Open a page."""
        return self.client.get(address, **how)

    def post(self, address: str, files: Any = None, **fields: Any) -> Any:
        """Send a form."""
        return self.client.post(address, data={"csrf": self.csrf, **fields}, files=files)
