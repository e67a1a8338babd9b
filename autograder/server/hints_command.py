"""Finds what `autograder report --hints` is about: on the server's own machine, beside the server."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.gradebook_database import database_missing
from autograder.reports.hints.effects import Retries
from autograder.server.attempts.hints import Finder
from autograder.server.attempts.storage import Storage
from autograder.server.database import Database
from autograder.server.serve import find_courses
from autograder.server.settings import database_url, read_settings
from autograder.server.tables import Course


def retries_of(assignment: Assignment, data: Path | None, database: str | None) -> Retries:
    """Return what a course's students did after their mistakes, as the server's folder and database have it.

    Args:
        assignment: The assignment.
        data: The server's folder; None for ``classroom/server`` of the course.
        database: Its database's URL; None for what its settings say, or SQLite in its folder.

    Raises:
        CourseError: No server has served this course from there.
    """
    course = assignment.course
    data = data or course.classroom / "server"
    if not data.is_dir() or database_missing(url := database_url(data, read_settings(data), database)):
        raise CourseError(
            f"{data} is no folder of a grading server's: what hints do is told by attempts that students handed in at "
            "one (`autograder serve`); name its folder with --data, and its database with --database"
        )
    opened = Database(url)
    try:
        opened.migrate()
        (slug,) = find_courses([course.root])
        with opened.reading() as session:
            course_id = session.scalar(select(Course.id).where(Course.slug == slug))
            if course_id is None:
                raise CourseError(f"the server of {data} has no course {slug}: name its folder with --data")
            return Finder(session, Storage(data), assignment, course_id).find()
    finally:
        opened.close()
