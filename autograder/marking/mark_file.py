"""Marks one submission without a gradebook, for `autograder mark`."""

from __future__ import annotations

from pathlib import Path

import nbformat
from msgspec.structs import replace

from autograder.course.assignment import Assignment
from autograder.course.limits import Limits
from autograder.course.results import Record
from autograder.kernel.sandbox.levels import Level
from autograder.marking.mark_notebook import mark_notebook
from autograder.marking.new_record import SubmissionData, rejected
from autograder.marking.restore import restore
from autograder.submissions.checks import Rejected, data_of
from autograder.submissions.read import read_submission


def mark_file(
    assignment: Assignment,
    path: Path,
    limits: Limits | None = None,
    level: Level = Level.FULL,
    *,
    all_cells: bool = False,
    student: str | None = None,
    attempt: int = 1,
) -> tuple[Record, nbformat.NotebookNode | None]:
    """Mark a notebook, or the one in an archive or a folder, and return its record and the notebook with its outputs.

    Args:
        assignment: In any of its languages; the submission's own is found out.
        path: The submission; it is not changed.
        limits: How long its code may run.
        level: The level of its kernels' sandbox.
        all_cells: Whether cells that no points depend on are run too; see `autograder.marking.cell_selection`.
        student: The student's id; None: the file's name without its end.
        attempt: How many different submissions of the student this one makes, from 1.

    Raises:
        FileNotFoundError: There is no such file.
        CourseError: The assignment or its solutions are missing.
        SandboxError: A kernel cannot be sandboxed that far.
    """
    student = path.stem if student is None else student
    try:
        read = read_submission(assignment, path)
    except Rejected as fault:
        return rejected(assignment, student, data_of(path, assignment.name), fault.message), None
    notebook = restore(read.assignment, read.notebook)
    submission = SubmissionData.of(student, read)
    record = mark_notebook(read.assignment, notebook, submission, limits, level, all_cells=all_cells)
    return replace(record, attempt=attempt), notebook
