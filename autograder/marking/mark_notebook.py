"""Marks one notebook and makes its record."""

from __future__ import annotations

import hashlib
import logging
import platform
import time
from dataclasses import dataclass
from importlib.metadata import version

import nbformat

from autograder import __version__
from autograder.course.assignment import Assignment
from autograder.course.limits import Limits
from autograder.course.results import Record, Status
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.messages import Message
from autograder.kernel.sandbox.levels import Level
from autograder.marking import feedback
from autograder.marking.execution.isolation import isolation_for
from autograder.marking.execution.scratch import scratch_folder
from autograder.marking.notebook_runner import NotebookMarker
from autograder.marking.sanitise import clean_cells
from autograder.submissions.module_notebook import as_submitted
from autograder.submissions.module_submission import ModuleSubmission

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SubmissionData:
    """The submission that is marked, besides its notebook.

    Attributes:
        student: The student's id.
        data: The bytes that were handed in; the record names them by their digest.
        mended: Sentences that say what had to be repaired before it could be marked.
        modules: Its module files, None when it is a notebook.
    """

    student: str
    data: bytes
    mended: tuple[Message, ...] = ()
    modules: ModuleSubmission | None = None

    @property
    def texts(self) -> dict[str, str]:
        """The texts of its module files, by the names that tracebacks show."""
        return self.modules.texts if self.modules else {}

    @property
    def notes(self) -> list[Message]:
        """Findings about it that are no marks."""
        return list(self.modules.notes) if self.modules else []

    @property
    def sha256(self) -> str:
        """The digest by which the record names the submission."""
        return hashlib.sha256(self.data).hexdigest()


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
    # First: what a student wrote into metadata must not reach the run or a page.
    clean_cells(notebook)
    notebook.metadata[LANGUAGE] = assignment.language
    with scratch_folder() as scratch:
        # Where a kernel runs as another user than we do, it must get through to its own folder in this one.
        scratch.chmod(0o711)
        isolation = isolation_for(assignment, level)
        # The cells import module files while they run; afterwards they show their text again, for people.
        with as_submitted(notebook, submission.modules):
            marker = NotebookMarker(
                assignment, notebook, limits or Limits(), isolation, scratch, submission.texts, all_cells=all_cells
            )
            results = marker.mark()
    problems = [results[name] for name in assignment.problems if name in results]
    # After the run: a cell more would move the positions that notes and selections name.
    if submission.mended:
        notebook.cells.insert(0, feedback.mended_cell(submission.mended, assignment.catalogue))
    record = Record(
        assignment=assignment.name,
        student=submission.student,
        sha256=submission.sha256,
        status=Status.GRADER_ERROR if any(problem.unresolved for problem in problems) else Status.MARKED,
        score=round(sum(problem.score for problem in problems), 4),
        max_score=round(sum(problem.max_score for problem in problems), 4),
        manual=[problem.id for problem in assignment.problems.values() if problem.manual],
        problems=problems,
        mended=list(submission.mended),
        notes=[*submission.notes, *marker.notes],
        over_budget=marker.budget.reached,
        language=assignment.language,
        kit_version=__version__,
        tests_sha256=assignment.tests_sha256,
        salt_fingerprint=assignment.course.salt_fingerprint,
        environment={**environment(), "isolation": level},
        seconds=round(time.perf_counter() - started, 3),
    )
    used = {
        "cells_cpu": round(marker.budget.usage.cells, 3),
        "calls_cpu": round(marker.budget.usage.calls, 3),
        "used": round(marker.budget.spent, 3),
    }
    log.info("marked", extra={"score": record.score, "seconds": record.seconds, **used})
    return record


def environment() -> dict[str, str]:
    """Return the versions that results can depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("numpy", "nbgrader", "pytest")}}
