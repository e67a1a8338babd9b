"""Reads who is in a course, from a CSV file or from nbgrader's gradebook, and brings the server's people up to date."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.course.course import Course, CourseError
from autograder.course.gradebook_scores import gradebook_students
from autograder.course.student_id import unfit_id
from autograder.i18n.terminal import is_plain
from autograder.server.accounts import people
from autograder.server.tables import NAME, Attempt, Enrolment, Person, Role

# By what a column may be called in its first line, in small letters, without blanks and lines: what it holds.
COLUMNS = {
    "student": "student",
    "studentid": "student",
    "id": "student",
    "login": "login",
    "username": "login",
    "name": "name",
    "fullname": "name",
    "firstname": "first_name",
    "lastname": "last_name",
    "email": "email",
    "section": "section",
    "role": "role",
}
DELIMITERS = ",;\t"
EXAMPLE = "student,name,email,section,role"
# Bytes of a whole file: a course of ten thousand takes one.
FILE_MAX = 5_000_000
# Faults that are told at once.
TOLD = 20


class RosterError(CourseError):
    """A roster cannot be taken as it is; the message names lines and columns, and nothing of it was taken."""


@dataclass(frozen=True)
class Line:
    """A line of a roster.

    Attributes:
        login: The name by which they sign in.
        student: The id under which gradebook and folders know a student; empty for staff.
        name: What they are called; empty when it is not said, and so are the others.
        email: Their address.
        section: Their group of the course.
        role: What they are in the course.
        number: The number of the line in its file; 0 when it comes from none.
    """

    login: str
    student: str
    name: str = ""
    email: str = ""
    section: str = ""
    role: Role = Role.STUDENT
    number: int = 0


@dataclass
class Changes:
    """What a roster has changed: logins.

    Attributes:
        added: Who was added to the course, or is in it again.
        changed: Whose name, address, section or role is another one now.
        same: Who stays as they were.
        gone: Students who are in the course, and not in the roster.
        ended: Whether these are no longer in the course now.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    ended: bool = False

    def __str__(self) -> str:
        """Return what was done, for the terminal."""
        text = f"{len(self.added)} added, {len(self.changed)} changed, {len(self.same)} as before"
        if not self.gone:
            return text
        return f"{text}; {len(self.gone)} no longer listed, {'ended' if self.ended else 'still in the course'}"


def read_roster(content: bytes) -> list[Line]:
    """Return the lines of a roster in a CSV file.

    Raises:
        RosterError: It is none, or lines of it are wrong: the first `TOLD` faults are named.
    """
    if len(content) > FILE_MAX:
        raise RosterError(f"the file has {len(content)} bytes; a roster has {FILE_MAX} at most")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise RosterError(f"line {line} is no UTF-8: save the file as CSV UTF-8, then try again") from fault
    table = _table(text)
    try:
        _, header = next(table)
    except StopIteration:
        raise RosterError(f"the file is empty: its first line names its columns, such as {EXAMPLE}") from None
    columns = _columns(header)
    faults: list[str] = []
    read = [one for number, cells in table if (one := _line(number, cells, columns, faults)) is not None]
    faults += _twice(read)
    if not read and not faults:
        faults.append(f"there is nobody below the first line ({','.join(header)})")
    if faults:
        more = f"\n... and {len(faults) - TOLD} more" if len(faults) > TOLD else ""
        raise RosterError("\n".join(faults[:TOLD]) + more)
    return read


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield lines that are not empty, as cells, with their numbers."""
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield before + 1, [cell.strip() for cell in cells]
            before = reader.line_num
    except csv.Error as fault:
        raise RosterError(f"line {reader.line_num} is no CSV ({fault}): mend its quotes") from fault


def _columns(header: Sequence[str]) -> list[str]:
    found = []
    for number, title in enumerate(header, 1):
        column = COLUMNS.get(title.lower().replace(" ", "").replace("_", "").replace("-", ""))
        if column is None:
            raise RosterError(
                f"line 1, column {number}: {title!r} is not known: name columns as in {EXAMPLE}; login, first_name and "
                "last_name are known, too"
            )
        if column in found:
            raise RosterError(f"line 1, column {number}: there are two columns for {column}: take one out")
        found.append(column)
    if not {"student", "login"} & set(found):
        raise RosterError(f"line 1: there is no column student: name columns as in {EXAMPLE}")
    return found


def _line(number: int, cells: Sequence[str], columns: Sequence[str], faults: list[str]) -> Line | None:
    """Return a line, or None after its faults were noted."""
    before = len(faults)

    def wrong(column: str, text: str) -> None:
        place = f", column {columns.index(column) + 1} ({column})" if column in columns else ""
        faults.append(f"line {number}{place}: {text}")

    if len(cells) != len(columns):
        faults.append(f"line {number}: has {len(cells)} cells, and the first line {len(columns)}: {','.join(columns)}")
        return None
    said = {column: _unquoted(cell) for column, cell in zip(columns, cells, strict=True)}
    for column, cell in said.items():
        if len(cell) > NAME:
            wrong(column, f"has {len(cell)} characters, and may have {NAME}")
        if not is_plain(cell):
            wrong(column, "has characters that cannot be seen: type it anew")
    role = said.get("role", "").lower() or Role.STUDENT
    if role not in list(Role):
        wrong("role", f"is {said['role']!r}: write one of {', '.join(Role)}, or nothing for a student")
        role = Role.STUDENT
    student, login = said.get("student", ""), said.get("login", "")
    if not student and (role == Role.STUDENT or not login):
        wrong("student", "is empty: every student needs an id")
    elif student and (why := unfit_id(student)):
        wrong("student", why)
    login = people.normal_login(login or student)
    if any(letter.isspace() for letter in login):
        wrong("login" if said.get("login") else "student", "has blanks in it: nobody could type that to sign in")
    if "email" in said and said["email"] and "@" not in said["email"]:
        wrong("email", f"is {said['email']!r}, which is no address")
    name = said.get("name") or " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
    if len(faults) > before:
        return None
    kept = student if role == Role.STUDENT else ""
    return Line(login, kept, name[:NAME], said.get("email", ""), said.get("section", ""), Role(role), number)


def _unquoted(cell: str) -> str:
    """Return a cell without the apostrophe that this kit, as spreadsheets do, puts before what looks like a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@" else cell


def _twice(read: Iterable[Line]) -> Iterator[str]:
    for kind in ("login", "student"):
        first: dict[str, int] = {}
        for line in read:
            # Folders on some disks, and logins everywhere, are the same in capital letters.
            key = getattr(line, kind).lower()
            if key and first.setdefault(key, line.number) != line.number:
                yield f"line {line.number}: {kind} {key!r} stands in line {first[key]} already: take one of them out"


def roster_of_gradebook(course: Course) -> list[Line]:
    """Return the students of a course's gradebook.

    Raises:
        CourseError: It cannot be read.
        RosterError: There is none, or nobody in it.
    """
    known = gradebook_students(course)
    if not known:
        raise RosterError(
            f"{course.root} has no students in its gradebook: add them by `nbgrader db student import`, or import a "
            "CSV file"
        )
    faults = [f"student {one.id!r} {why}" for one in known if (why := unfit_id(one.id))]
    if faults:
        raise RosterError("\n".join(faults[:TOLD]))
    return [
        Line(
            people.normal_login(one.id),
            one.id,
            " ".join(filter(None, (one.first_name, one.last_name)))[:NAME],
            (one.email or "")[:NAME],
        )
        for one in known
    ]


def apply_roster(
    session: Session, course_id: int, roster: Sequence[Line], now: datetime, *, end_missing: bool = False
) -> Changes:
    """Bring a course up to date with a roster.

    Args:
        session: A transaction, which the caller commits.
        course_id: The course.
        roster: Who is in it.
        now: The time.
        end_missing: Whether students who are not in the roster are no longer in the course; what they handed in stays.
            Staff stay in any case.

    Raises:
        RosterError: A line contradicts what is known; nothing must be committed then.
    """
    enrolments = session.scalars(select(Enrolment).where(Enrolment.course_id == course_id)).all()
    by_student = {row.student: row for row in enrolments if row.student}
    by_person = {row.person_id: row for row in enrolments}
    changes, faults = Changes(ended=end_missing), []
    had_instructor = any(row.role is Role.INSTRUCTOR and row.ended_at is None for row in enrolments)
    listed = set()
    for line in roster:
        try:
            person, known = _person(session, course_id, line, by_student.get(line.student), now)
            listed.add(person.id)
            _enrol(session, course_id, person, line, by_person.get(person.id), changes, known)
        except RosterError as fault:
            place = f"line {line.number}: " if line.number else ""
            faults.append(f"{place}{fault}")
    for row in enrolments:
        if row.ended_at is None and row.role is Role.STUDENT and row.person_id not in listed:
            changes.gone.append(row.person.login)
            if end_missing:
                row.ended_at = now
    session.flush()
    if had_instructor and not people.members(session, course_id, Role.INSTRUCTOR):
        faults.append("nobody would be an instructor of the course any more: leave one of them one")
    if faults:
        raise RosterError("\n".join(faults[:TOLD]))
    return changes


def _person(
    session: Session, course_id: int, line: Line, enrolled: Enrolment | None, now: datetime
) -> tuple[Person, bool]:
    """Return the person of a line, and whether somebody has to be told of a change of theirs."""
    person = people.find_person(session, line.login)
    if enrolled is not None and (person is None or person.id != enrolled.person_id):
        # The same student under another login.
        if person is not None or elsewhere(session, enrolled.person, course_id):
            raise RosterError(
                f"student {line.student} is {enrolled.person.login} already, and not {line.login}: nobody can be made "
                "another person; give the line the login that the student has"
            )
        if enrolled.ended_at is not None and _has_handed_in(session, enrolled):
            raise RosterError(
                f"student {line.student} was {enrolled.person.login}, who has left the course, and whose work is known "
                f"under that id: give {line.login} another id, or, where that is the same person, the login of before"
            )
        enrolled.person.login = line.login
        # By the new name they may become somebody in another course: what opened only this one must not open that.
        people.end_all(session, enrolled.person, now)
        person = enrolled.person
    if person is None:
        person = Person(login=line.login, name=line.name, email=line.email, created_at=now)
        session.add(person)
        session.flush()
        return person, False
    changed = False
    # Whoever sets one course up renames nobody in another one.
    mine = not elsewhere(session, person, course_id)
    for column in ("name", "email"):
        said, is_now = getattr(line, column), getattr(person, column)
        if said and said != is_now and (mine or not is_now):
            setattr(person, column, said)
            changed = True
    return person, changed


def elsewhere(session: Session, person: Person, course_id: int) -> bool:
    """Return whether a person administers the server, or is or was in another course."""
    chosen = select(Enrolment.course_id).where(Enrolment.person_id == person.id, Enrolment.course_id != course_id)
    return person.administers or session.scalar(chosen.limit(1)) is not None


def _enrol(
    session: Session,
    course_id: int,
    person: Person,
    line: Line,
    row: Enrolment | None,
    changes: Changes,
    changed: bool,
) -> None:
    if row is None:
        session.add(
            Enrolment(
                course_id=course_id, person_id=person.id, role=line.role, student=line.student, section=line.section
            )
        )
        changes.added.append(person.login)
        return
    if row.student and row.student != line.student and _has_handed_in(session, row):
        raise RosterError(
            f"{person.login} has handed in as student {row.student}, and cannot be "
            f"{line.student or f'a {line.role}, without an id,'} now: the gradebook knows their work under that id"
        )
    wanted = {"role": line.role, "student": line.student, "section": line.section or row.section}
    if row.ended_at is not None:
        changes.added.append(person.login)
    elif changed or any(getattr(row, name) != value for name, value in wanted.items()):
        changes.changed.append(person.login)
    else:
        changes.same.append(person.login)
    row.ended_at = None
    for name, value in wanted.items():
        setattr(row, name, value)


def _has_handed_in(session: Session, row: Enrolment) -> bool:
    mine = select(Attempt.id).where(Attempt.course_id == row.course_id, Attempt.person_id == row.person_id)
    return session.scalar(mine.limit(1)) is not None
