"""Keeps what is no submission away from ``nbgrader autograde``, which copies a submission's files and follows links.

nbgrader calls `refuse_unfit` before it touches a submission, and goes on whatever that does. So a refused submission is
moved to where nbgrader does not look. It gets 0 points, is named as an error, and the others are marked.
"""

from __future__ import annotations

import logging
import stat
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.marking.new_record import rejected
from autograder.nbgrader_plugins.reading import read_folder
from autograder.nbgrader_plugins.save_grades import enter_record
from autograder.submissions.checks import Rejected, check_no_link, data_in

log = logging.getLogger(__name__)


def refuse_unfit(assignment: str, student: str, notebooks: list[str]) -> None:
    """Set a submission aside when it cannot be marked; the value of ``c.Autograde.pre_convert_hook``.

    Args:
        assignment: nbgrader's pattern of assignments.
        student: nbgrader's pattern of students.
        notebooks: The notebooks of one submission; the name under which nbgrader knows its notebook is added.
    """
    for folder in {Path(notebook).parent for notebook in notebooks}:
        made, who = Assignment.here(folder.name), folder.parent.name
        # nbgrader knows a notebook by its name only; `MendingExporter` chooses the file of which it is made. Where the
        # submission is refused, nbgrader finds that there is none, and gives 0 points.
        files = [folder / f"{name}.ipynb" for name in made.notebooks]
        notebooks += [str(file) for file in files if file not in map(Path, notebooks)]
        try:
            # Before it is read: the folder itself may be a link to another student's.
            check_no_link(folder)
            read_folder(made, folder)
        except Rejected as fault:
            data = data_in(folder, made.name)
            # The record after the move: a submission that is still there would be marked all the same.
            place = set_submission_aside(made.course, folder)
            enter_record(made.course, rejected(made, who, data, fault.message))
            log.error("%s: refused: %s (set aside as %s)", who, fault, place)


def set_submission_aside(course: Course, folder: Path) -> Path:
    """Move a submission out of the folder of submissions, and return where it is now.

    A submission that is gone, or that cannot be moved, stays where it was.
    """
    place = course.refused / folder.parent.name / folder.name
    # What lies behind a link is another student's: the link is moved, and that stays where it is.
    if folder.parent.is_symlink():
        folder = folder.parent
    # Nothing that was refused before is overwritten: it may be looked at in a complaint.
    number = 1
    while place.exists() or place.is_symlink():
        number += 1
        place = place.with_name(f"{folder.name}-{number}")
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _moved(folder, place)
    except OSError as fault:
        log.warning("%s could not be set aside: %s", folder, fault)
        return folder


def _moved(folder: Path, place: Path) -> Path:
    try:
        return folder.rename(place)
    except PermissionError:
        if folder.is_symlink():
            raise
        folder.chmod(stat.S_IRWXU)  # whoever may not write in a folder cannot move it to another one
        return folder.rename(place)
