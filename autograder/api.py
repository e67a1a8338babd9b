"""Marks from Python: ``autograder.mark``, which the package gives on without importing it before it is asked for."""

from __future__ import annotations

from pathlib import Path

from autograder.course.assignment import Assignment, assignment_names
from autograder.course.course import CourseError, find_course
from autograder.course.results import Record
from autograder.kernel.sandbox.levels import Level
from autograder.marking.execution.isolation import admitted
from autograder.marking.mark_file import mark_file


def mark(
    path: str | Path,
    assignment: str | None = None,
    *,
    course: str | Path | None = None,
    student: str | None = None,
    attempt: int = 1,
    level: str | None = None,
    allow_weaker_isolation: bool = False,
    all_cells: bool = False,
) -> Record:
    """Mark one hand-in, as ``autograder mark`` does, and return its record; nothing is written.

    Args:
        path: What was handed in: a notebook, a folder of module files, or an archive.
        assignment: The assignment's name; may be left out where there is one alone.
        course: The course's folder, with ``nbgrader_config.py``, or one in it; None: that of the current folder.
        student: Whose it is; None: the file's name without its end.
        attempt: How many different hand-ins of the student this one makes, from 1: hints can depend on it.
        level: ``full``, ``no-userns`` or ``off``: how far its code is shut in; None: as far as this machine can.
        allow_weaker_isolation: Whether less than ``full`` will do.
        all_cells: Whether cells that no points depend on are run too.

    Returns:
        What it came to. That of a hand-in that was refused has the status ``rejected``, and says why in its notes.

    Raises:
        FileNotFoundError: There is no such hand-in.
        CourseError: The assignment is missing, or its solutions.
        WeakIsolationError: The level is not to be had, or is less than ``full`` and that was not allowed.
        SandboxError: A kernel could not be shut in.
        ValueError: There is no such level.
    """
    found = find_course(Path(course) if course else None)
    names = [assignment] if assignment else assignment_names(found)
    if len(names) != 1:
        raise CourseError(f"say of which assignment: {', '.join(names) or f'{found.root} has none'}")
    wanted = Level(level) if level else None
    record, _ = mark_file(
        Assignment(found, names[0]),
        Path(path),
        level=admitted(wanted, allow_weaker_isolation),
        all_cells=all_cells,
        student=student,
        attempt=attempt,
    )
    return record
