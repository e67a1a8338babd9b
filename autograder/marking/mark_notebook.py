"""Marks one notebook and makes its record."""

from __future__ import annotations

import logging
import time

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.limits import Limits
from autograder.course.results import Record, Status
from autograder.i18n.editions import LANGUAGE
from autograder.kernel.sandbox.levels import Level
from autograder.marking import feedback
from autograder.marking.checked_apart import checked_apart
from autograder.marking.execution.isolation import isolation_for
from autograder.marking.execution.scratch import scratch_folder
from autograder.marking.new_record import SubmissionData, new_record
from autograder.marking.notebook_runner import NotebookMarker
from autograder.marking.sanitise import clean_cells
from autograder.submissions.module_notebook import as_submitted

log = logging.getLogger(__name__)


def mark_notebook(
    assignment: Assignment,
    notebook: nbformat.NotebookNode,
    submission: SubmissionData,
    limits: Limits | None = None,
    level: Level = Level.FULL,
    *,
    all_cells: bool = False,
) -> Record:
    """Mark a notebook whose provided cells have been restored, and write what students may see into its outputs.

    Args:
        assignment: The assignment, in the submission's language.
        notebook: The submission; changed in place.
        submission: Whose notebook it is, and what else was handed in.
        limits: How long its code may run.
        level: The level of its kernels' sandbox; see `autograder.marking.execution.isolation.admitted`.
        all_cells: Whether cells that no points depend on are run too; see `autograder.marking.cell_selection`.

    Raises:
        CourseError: The assignment or its solutions are missing.
        SandboxError: A kernel cannot be sandboxed that far.
    """
    started = time.perf_counter()
    if any(problem.tested for problem in assignment.problems.values()):
        # What is wrong with the course is no fault of a hidden test's, which would come to nothing.
        _ = assignment.reference
    # First: what a student wrote into metadata must not reach the run or a page.
    clean_cells(notebook)
    notebook.metadata[LANGUAGE] = assignment.language
    with scratch_folder() as scratch:
        isolation = isolation_for(assignment, level)
        # The cells import module files while they run; afterwards they show their text again, for people.
        with as_submitted(notebook, submission.modules):
            given = (limits or Limits(), isolation, scratch, submission.texts)
            apart = checked_apart(assignment, notebook, *given, all_cells=all_cells)
            marker = NotebookMarker(assignment, notebook, *given, all_cells=all_cells, checked=apart.results)
            results = marker.mark()
    problems = [results[name] for name in assignment.problems if name in results]
    # After the run: a cell more would move the positions that notes and selections name.
    if submission.mended:
        notebook.cells.insert(0, feedback.mended_cell(submission.mended, assignment.catalogue))
    record = new_record(
        assignment,
        submission,
        Status.GRADER_ERROR if any(problem.unresolved for problem in problems) else Status.MARKED,
        problems,
        notes=marker.notes,
        level=level,
        over_budget=marker.budget.reached or apart.over_budget,
        seconds=time.perf_counter() - started,
    )
    used = {
        "cells_cpu": round(marker.budget.usage.cells, 3),
        "calls_cpu": round(marker.budget.usage.calls, 3),
        "used": round(marker.budget.spent, 3),
    }
    log.info("marked", extra={"score": record.score, "seconds": record.seconds, **used})
    return record
