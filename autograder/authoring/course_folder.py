"""Writes the folder of a new course."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from autograder.authoring.templates import template
from autograder.course.course import CONFIG, SALT_FILE, Course, CourseError
from autograder.i18n.terminal import is_plain
from autograder.server.accounts.roster import Line, read_roster
from autograder.server.tables import Role

SALT_BYTES = 32
# By its name in the course: the template that it is written from.
FILES = {CONFIG: "nbgrader_config.py", "README.md": "README.md", ".gitignore": "gitignore"}
FOLDERS = ("source", "assignments", "classroom/submitted")


def make_course(folder: Path, course_id: str = "", roster: Path | None = None) -> list[Path]:
    """Write a course's folder: settings, ignore file, README, a new salt, and a gradebook with its students.

    Args:
        folder: Where; it may be there already and hold other things.
        course_id: What nbgrader calls the course; the folder's name when empty.
        roster: A CSV file with its students; none when None.

    Returns:
        What was written.

    Raises:
        CourseError: A course is there, or one of the files; or the roster cannot be taken. Nothing was written then.
    """
    folder = folder.resolve()
    course_id = course_id or folder.name
    if not course_id or not is_plain(course_id) or set(course_id) & set("\"'\\/{}"):
        raise CourseError(f"{course_id!r} cannot be a course's id: give one of letters, digits and dashes, with --id")
    if (folder / CONFIG).exists():
        raise CourseError(f"{folder} holds {CONFIG}: it is a course already. `autograder new NAME` adds an assignment")
    if there := [name for name in (*FILES, SALT_FILE) if (folder / name).exists()]:
        raise CourseError(f"{folder} holds {', '.join(there)}, which would be overwritten: choose another folder")
    students = [line for line in _read(roster) if line.role is Role.STUDENT] if roster else []
    try:
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name, text in FILES.items():
            (folder / name).write_text(template("course", text, COURSE_ID=course_id), encoding="utf-8")
        salt = folder / SALT_FILE
        salt.touch(mode=0o600)
        salt.write_text(secrets.token_hex(SALT_BYTES) + "\n", encoding="utf-8")
    except OSError as fault:
        raise CourseError(f"{folder} cannot be written ({fault.strerror}): choose another folder") from fault
    if students:
        enter_students(Course(folder), students)
    return [folder / name for name in (*FILES, SALT_FILE, *FOLDERS)]


def _read(roster: Path) -> list[Line]:
    try:
        return read_roster(roster.read_bytes())
    except OSError as fault:
        raise CourseError(f"{roster} cannot be read ({fault.strerror}): name a CSV file of students") from fault
    except CourseError as fault:
        raise CourseError(f"{roster}: {fault}") from fault


def enter_students(course: Course, students: Sequence[Line]) -> None:
    """Put students into a course's gradebook, as ``nbgrader db student import`` does."""
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

    from autograder.course.nbgrader_app import load_config

    directory = CourseDirectory(config=load_config(course))
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        for one in students:
            first, _, last = one.name.rpartition(" ")
            gradebook.update_or_create_student(
                one.student, first_name=first or last, last_name=last if first else "", email=one.email
            )
