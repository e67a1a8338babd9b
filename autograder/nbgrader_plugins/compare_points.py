"""Compares the gradebook's points with the source notebook's before one of nbgrader's steps touches anything."""

from __future__ import annotations

from pathlib import Path

from nbgrader.converters.base import BaseConverter, NbGraderException

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError, find_course
from autograder.course.gradebook_scores import check_points, gradebook_points


def compare_points(converter: BaseConverter) -> None:
    """Refuse a step while gradebook and source notebook have other points: a score would have two maxima.

    nbgrader removes what a submission had before, and what a preprocessor fails on: so this is no preprocessor.

    Args:
        converter: The step, before it begins.

    Raises:
        NbGraderException: They have other points, or cannot be read. The log says so and names the cells: this is how
            nbgrader's commands and formgrader take an error.
    """
    folders = converter.coursedir
    try:
        assignment = Assignment(find_course(Path(folders.root)), folders.assignment_id)
        check_points(assignment, gradebook_points(assignment))
    except CourseError as fault:
        converter.log.error("%s", fault)
        raise NbGraderException(str(fault)) from fault
