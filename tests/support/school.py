"""A grading server's people: two courses, and one person for each thing that somebody can be in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from autograder.course.course import Course
from autograder.server.accounts import people
from autograder.server.attempts.receipts import ReceiptKey, key_at
from autograder.server.database import Database
from autograder.server.server import ServedCourse, Server
from autograder.server.settings import Settings
from autograder.server.tables import Attempt, Enrolment, Person, Role, Source, State
from autograder.server.tables import Course as CourseRow

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
# By login: what they are, in which course.
PEOPLE = {
    "ada": (Role.STUDENT, "vision"),
    "ben": (Role.STUDENT, "vision"),
    "tom": (Role.TA, "vision"),
    "ina": (Role.INSTRUCTOR, "vision"),
    "otto": (Role.STUDENT, "other"),
    "olga": (Role.INSTRUCTOR, "other"),
    "root": (None, ""),
}


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Return its time."""
        return self.now

    def forward(self, **span: float) -> None:
        """Put it forward, by what `timedelta` takes."""
        self.now += timedelta(**span)


@dataclass
class School:
    """A server with people.

    Attributes:
        server: The server; its clock is `clock`.
        clock: Its clock.
        tokens: A token of each person, by login.
    """

    server: Server
    clock: Clock
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The server's database."""
        return self.server.database

    def bearer(self, login: str) -> dict[str, str]:
        """Return the headers of a program of a person's."""
        return {"Authorization": f"Bearer {self.tokens[login]}"}

    def person(self, login: str, session: Session | None = None) -> Person:
        """Return a person, as a transaction of whoever asks sees them."""
        with nullcontext(session) if session else self.database.reading() as reading:
            found = people.find_person(reading, login)
            assert found is not None
            return found

    def attempt(self, login: str, number: int = 1, **fields: object) -> str:
        """Add an attempt of a student's, of which no bytes are kept, and return its id."""
        with self.database.writing() as session:
            person = self.person(login, session)
            (enrolment,) = people.enrolments_of(session, person).values()
            row = Attempt(
                id=f"{person.id:016x}{number:016x}",
                course_id=enrolment.course_id,
                assignment="rnn_captioning",
                person_id=person.id,
                student=enrolment.student,
                number=number,
                key=f"key {number}",
                received_at=self.clock(),
                source=Source.API,
                files=[],
                size=0,
                sha256="0" * 64,
                receipt={},
                state=State.MARKED,
            )
            for name, value in fields.items():
                setattr(row, name, value)
            session.add(row)
        return row.id


def unserved() -> Server:
    """Return a server without courses and without a database, of whose app somebody wants the routes alone."""
    return Server(Path(), Database("sqlite:////nowhere/server.db"), {}, ReceiptKey(bytes(32)))


@cache
def empty_database() -> bytes:
    """Return the bytes of a server's database in which there is nothing: migrations take longer than most tests."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "server.db")
        database = Database(f"sqlite:///{file}")
        database.migrate()
        database.close()
        return file.read_bytes()


def make_school(
    folder: Path, settings: Settings | None = None, url: str | None = None, assignments: Sequence[str] = ()
) -> School:
    """Return a server with two courses, ``vision`` and ``other``, and the people of `PEOPLE`; close its database.

    Args:
        folder: An empty folder for its data and its courses.
        settings: Its settings.
        url: Its database's address; None for SQLite in that folder.
        assignments: The names of assignments that both courses have, of which nobody asks more.
    """
    clock = Clock()
    if url is None:
        (folder / "server.db").write_bytes(empty_database())
    database = Database(url or f"sqlite:///{folder / 'server.db'}")
    database.migrate()
    courses, tokens = {}, {}
    named: dict[str, Any] = {name: SimpleNamespace() for name in assignments}
    with database.writing() as session:
        for slug in ("vision", "other"):
            root = folder / slug
            root.mkdir()
            (root / "nbgrader_config.py").touch()
            row = CourseRow(slug=slug, title=slug.title(), root=str(root))
            session.add(row)
            session.flush()
            courses[slug] = ServedCourse(row.id, slug, row.title, Course(root), dict(named))
        for login, (role, slug) in PEOPLE.items():
            person = Person(login=login, name=login.title(), created_at=NOON, administers=role is None)
            session.add(person)
            session.flush()
            if role is not None:
                student = login if role is Role.STUDENT else ""
                session.add(Enrolment(course_id=courses[slug].id, person_id=person.id, role=role, student=student))
            _, tokens[login] = people.make_token(session, person, "", NOON)
    server = Server(folder, database, courses, key_at(folder), settings or Settings(), clock=clock)
    return School(server, clock, tokens)


@contextmanager
def lost_as_it_commits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the connection to the database be lost just after it has committed: what is done in the context fails."""
    whole = Database.writing

    @contextmanager
    def cut(database: Database) -> Iterator[Session]:
        with whole(database) as session:
            yield session
        raise OperationalError("COMMIT", {}, ConnectionError())

    with monkeypatch.context() as patched:
        patched.setattr(Database, "writing", cut)
        with pytest.raises(OperationalError):
            yield
