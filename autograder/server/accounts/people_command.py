"""Does what `autograder people` is asked: on the server's own machine, without signing in, beside the server."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from autograder.course.course import Course, CourseError
from autograder.course.student_id import unfit_id
from autograder.i18n.terminal import said
from autograder.reports.tables import csv_table
from autograder.server.accounts import audit, people, tokens
from autograder.server.accounts.roster import (
    Line,
    RosterError,
    apply_roster,
    read_roster,
    roster_of_gradebook,
)
from autograder.server.database import Database
from autograder.server.serve import ServeRequest, data_folder, find_courses
from autograder.server.server import now
from autograder.server.settings import Settings, database_url, read_settings
from autograder.server.tables import Course as CourseRow
from autograder.server.tables import Enrolment, Person, Role

LINK = "sign-in link"


@dataclass(frozen=True)
class Where:
    """Which server, and which of its courses.

    Attributes:
        course: The course's folder.
        data: The server's folder; None for ``classroom/server`` of the course.
        url: The server's public address; None for what its settings say.
        database: Its database's URL; None for what its settings say, or SQLite in its folder.
    """

    course: Course
    data: Path | None = None
    url: str | None = None
    database: str | None = None


class Opened:
    """A server's people, for one command.

    Args:
        session: A transaction, which is committed when the command ends well.
        settings: The server's settings.
        course: The course.
        course_id: Its row.

    Attributes:
        now: The time.
    """

    def __init__(self, session: Session, settings: Settings, course: Course, course_id: int) -> None:
        self._session, self._settings, self._course, self._course_id = session, settings, course, course_id
        self.now: datetime = now()

    def bring_up_to_date(self, file: Path | None, *, end_missing: bool = False) -> str:
        """Bring the course up to date with a CSV file, or with the gradebook where none is named; return what changed.

        Raises:
            RosterError: It is not right; nothing was changed.
            CourseError: The gradebook cannot be read.
        """
        try:
            roster = roster_of_gradebook(self._course) if file is None else read_roster(file.read_bytes())
            changes = apply_roster(self._session, self._course_id, roster, self.now, end_missing=end_missing)
        except RosterError as fault:
            raise RosterError(f"{file or 'the gradebook'}: nothing was changed:\n{fault}") from fault
        self._note(
            "roster.put", f"course/{self._course_id}", added=changes.added, changed=changes.changed, ended=end_missing
        )
        return str(changes)

    def members(self, roles: Sequence[Role] = ()) -> Sequence[Enrolment]:
        """Return who is in the course now."""
        return people.members(self._session, self._course_id, *roles)

    def put(self, login: str, role: Role, *, student: str = "", name: str = "", email: str = "") -> Person:
        """Give somebody a role in the course; who is new is added.

        Raises:
            RosterError: They cannot have it.
        """
        login = people.normal_login(login)
        student = (student or login) if role is Role.STUDENT else ""
        if why := unfit_id(student or login):
            raise RosterError(f"{'student' if student else 'login'} {why}")
        line = Line(login, student, name, email, role=role)
        apply_roster(self._session, self._course_id, [line], self.now)
        person = self.person(login)
        self._note("role.set", f"person/{login}", role=role)
        return person

    def remove(self, login: str) -> None:
        """Put somebody out of the course; what they handed in stays.

        Raises:
            CourseError: They are not in it, or nobody would be left to set it up.
        """
        person = self.person(login)
        found = [one for one in self.members() if one.person_id == person.id]
        if not found:
            raise CourseError(f"{person.login} is not in the course: `autograder people list` shows who is")
        (row,) = found
        if row.role is Role.INSTRUCTOR and len(self.members([Role.INSTRUCTOR])) == 1:
            raise CourseError(f"{person.login} is the only instructor: make somebody else one first")
        row.ended_at = self.now
        self._note("role.ended", f"person/{person.login}")

    def person(self, login: str) -> Person:
        """Return a person, in this course or another one.

        Raises:
            CourseError: The server knows nobody of that login.
        """
        person = people.find_person(self._session, login)
        if person is None:
            raise CourseError(
                f"nobody has the login {login!r}: `autograder people list` shows who is in the course, and "
                "`autograder people set LOGIN ROLE` adds somebody"
            )
        return person

    def make_links(self, persons: Sequence[Person], days: int | None) -> list[tuple[Person, str]]:
        """Make a sign-in link for each of some people."""
        expires_at = None if days is None else self.now + timedelta(days=days)
        made = []
        for person in persons:
            row, secret = people.make_token(self._session, person, LINK, self.now, expires_at)
            self._note("token.made", f"person/{person.login}", hint=row.hint)
            made.append((person, tokens.link_with(self._settings.url, secret)))
        return made

    def revoke(self, login: str) -> None:
        """Revoke all tokens and links of somebody, and sign all of their browsers out."""
        person = self.person(login)
        people.revoke_all(self._session, person, self.now)
        self._note("tokens.revoked", f"person/{person.login}")

    def disable(self, login: str, *, off: bool) -> None:
        """Let somebody in nowhere any more; or, with ``off``, let them in again."""
        person = self.person(login)
        person.disabled_at = None if off else self.now
        if not off:
            people.end_sessions(self._session, person.id)
        self._note("person.enabled" if off else "person.disabled", f"person/{person.login}")

    def administer(self, login: str, *, off: bool) -> None:
        """Let somebody see and set up all courses; or, with ``off``, no longer."""
        person = people.find_person(self._session, login)
        if person is None and not off:
            person = Person(login=people.normal_login(login), created_at=self.now)
            self._session.add(person)
            self._session.flush()
        person = person or self.person(login)
        person.administers = not off
        self._note("administrator.ended" if off else "administrator.made", f"person/{person.login}")

    def _note(self, action: str, what: str, **detail: object) -> None:
        detail["by"] = "autograder people"
        audit.note(self._session, self.now, None, action, what, course_id=self._course_id, **detail)


@contextmanager
def opened(where: Where) -> Iterator[Opened]:
    """Yield a server's people; what is done with them holds when the context ends without an exception.

    Raises:
        CourseError: The course or the settings are wrong.
    """
    courses = find_courses([where.course.root])
    ((slug, course),) = courses.items()
    data = data_folder(ServeRequest([course.root], where.data), courses)
    settings = read_settings(data, where.url)
    database = Database(database_url(data, settings, where.database))
    try:
        database.migrate()
        with database.writing() as session:
            row = session.query(CourseRow).filter_by(slug=slug).one_or_none()
            if row is None:
                row = CourseRow(slug=slug, title=slug, root=str(course.root))
                session.add(row)
                session.flush()
            yield Opened(session, settings, course, row.id)
    finally:
        database.close()


def print_members(members: Sequence[Enrolment]) -> None:
    """Print who is in a course."""
    table = Table("login", "name", "role", "student", "section", "e-mail", box=None)
    for one in members:
        person = one.person
        ended = "" if person.disabled_at is None else " (disabled)"
        cells = (f"{person.login}{ended}", person.name, one.role, one.student, one.section, person.email)
        table.add_row(*map(said, cells))
    Console().print(table)


def write_links(links: Sequence[tuple[Person, str]], out: Path | None) -> None:
    """Write sign-in links as CSV, which nobody else on this machine may read; to the terminal without a file."""
    text = csv_table(
        ["login", "name", "email", "link"], [(one.login, one.name, one.email, link) for one, link in links]
    )
    if out is None:
        sys.stdout.write(text)
        return
    with open(out, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
        os.fchmod(stream.fileno(), 0o600)
        stream.write(text)
