"""Marks one submission without a gradebook, for `autograder mark`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import nbformat

from autograder import __version__
from autograder.course.assignment import Assignment
from autograder.course.limits import Limits
from autograder.course.problem import Problem
from autograder.course.results import ProblemResult, Record, Status, TestResult, Verdict
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.messages import Message, say
from autograder.kernel.sandbox.levels import Level
from autograder.marking.mark_notebook import SubmissionData, environment, mark_notebook
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
) -> tuple[Record, nbformat.NotebookNode | None]:
    """Mark a notebook, or the one in an archive or a folder, and return its record and the notebook with its outputs.

    Args:
        assignment: In any of its languages; the submission's own is found out.
        path: The submission; it is not changed.
        limits: How long its code may run.
        level: The level of its kernels' sandbox.
        all_cells: Whether cells that no points depend on are run too; see `autograder.marking.cell_selection`.

    Raises:
        FileNotFoundError: There is no such file.
        CourseError: The assignment or its solutions are missing.
        SandboxError: A kernel cannot be sandboxed that far.
    """
    try:
        read = read_submission(assignment, path)
    except Rejected as fault:
        return rejected(assignment, path.stem, data_of(path), fault.message), None
    notebook = restore(read.assignment, read.notebook)
    submission = SubmissionData(path.stem, read.data, tuple(read.mended), read.modules)
    return mark_notebook(read.assignment, notebook, submission, limits, level, all_cells=all_cells), notebook


def unmarked(assignment: Assignment, submission: SubmissionData) -> Record:
    """Return the record of a submission that could not be marked, through no known fault of its author's."""
    automatic = [problem for problem in assignment.problems.values() if not problem.manual]
    return Record(
        assignment=assignment.name,
        student=submission.student,
        sha256=submission.sha256,
        status=Status.GRADER_ERROR,
        score=0.0,
        max_score=sum(problem.points for problem in automatic),
        manual=[problem.id for problem in assignment.problems.values() if problem.manual],
        problems=[not_reached(assignment, problem) for problem in automatic],
        mended=list(submission.mended),
        language=assignment.language,
        **unmarked_with(assignment),
    )


def unmarked_with(assignment: Assignment) -> dict[str, Any]:
    """Return what a record says of the kit and its tests when no test was run."""
    return {
        "kit_version": __version__,
        "tests_sha256": assignment.tests_sha256,
        "salt_fingerprint": assignment.course.salt_fingerprint,
        "environment": environment(),
        "seconds": 0.0,
    }


def not_reached(assignment: Assignment, problem: Problem) -> ProblemResult:
    """Return the result of a problem none of whose tests was run, for a person to look at."""
    test = TestResult(
        id=assignment.hidden_file(problem.id).name,
        title=say("Hidden tests"),
        verdict=Verdict.GRADER_ERROR,
        score=0.0,
        max_score=problem.points,
        message=say("This test was not reached; a person will look at it."),
    )
    return ProblemResult(id=problem.id, score=0.0, max_score=problem.points, tests=[test])


def rejected(assignment: Assignment, student: str, data: bytes, why: Message) -> Record:
    """Return the record of something that is no submission, in the language that its bytes name, if they name one."""
    # Looked for as bytes: what was refused is perhaps no JSON.
    named = (one for one in assignment.languages[1:] if f'"{LANGUAGE}": "{one}"'.encode() in data)
    return Record(
        assignment=assignment.name,
        student=student,
        sha256=hashlib.sha256(data).hexdigest(),
        status=Status.REJECTED,
        score=0.0,
        max_score=sum(problem.points for problem in assignment.problems.values() if not problem.manual),
        notes=[why],
        language=next(named, assignment.language),
        **unmarked_with(assignment),
    )
