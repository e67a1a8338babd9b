"""Runs one problem's hidden tests on a submission again, as marking does, and records everything that they ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import nbformat
from nbgrader.preprocessors import ClearHiddenTests

from autograder.course.assignment import Assignment
from autograder.course.limits import Limits
from autograder.course.problem import Problem
from autograder.course.results import ProblemResult, Record, Verdict
from autograder.kernel.sandbox.levels import Level
from autograder.marking.execution.isolation import isolation_for
from autograder.marking.execution.scratch import scratch_folder
from autograder.marking.new_record import SubmissionData
from autograder.marking.notebook_runner import NotebookMarker
from autograder.marking.problem import mark_problem
from autograder.marking.restore import restore
from autograder.marking.sanitise import clean_cells
from autograder.reports.explain.transcript import RecordingAccess, Transcript, ask_solution
from autograder.submissions.module_notebook import as_submitted
from autograder.submissions.read import read_submission


@dataclass(frozen=True)
class Rerun:
    """The results of running the tests again.

    Attributes:
        submission: What was handed in.
        result: The problem's result.
        transcripts: What each test asked, by its id.
        cells: The code that had been run when the tests began, a text for each cell.
    """

    submission: SubmissionData
    result: ProblemResult
    transcripts: dict[str, Transcript]
    cells: list[str] = field(default_factory=list)


class ProblemMarker(NotebookMarker):
    """Runs a notebook's cells as far as the checks of one problem, and only that problem's hidden tests."""

    def examine(self, problem: Problem, earlier: Mapping[str, ProblemResult]) -> tuple[ProblemResult, RecordingAccess]:
        """Return what the tests came to, and the access that took down what they asked.

        Args:
            problem: The problem whose tests are run.
            earlier: What the record says of problems before it: some count only when others are right.
        """
        access = RecordingAccess(self)
        try:
            for index, cell in enumerate(self._notebook.cells):
                if cell.cell_type == "code":
                    ClearHiddenTests().preprocess_cell(cell, {}, index)
                    self._run(index)
                if cell.metadata.get("nbgrader", {}).get("grade_id") == problem.check:
                    break
            self.budget.subject = problem.id
            return mark_problem(self._assignment, problem, access, earlier), access
        finally:
            self._close()

    def sources(self) -> list[str]:
        """Return the texts of the cells that were run."""
        return [self._notebook.cells[index].source for index in self._run_so_far]


def run_again(
    assignment: Assignment, record: Record, problem: Problem, level: Level, limits: Limits | None = None
) -> Rerun:
    """Run the tests of one problem on a submission again.

    Args:
        assignment: In any language: the tests run in the submission's.
        record: The record of its marking, which says what earlier problems came to.
        problem: The problem whose tests are run.
        level: The level of the kernels' sandbox.
        limits: How long its code may run; None for the defaults.

    Raises:
        FileNotFoundError: The submission no longer exists.
        Rejected: It cannot be read as a submission.
        SandboxError: A kernel cannot be sandboxed that far.
    """
    read = read_submission(assignment, assignment.course.submitted / record.student / assignment.name)
    submission = SubmissionData(record.student, read.data, tuple(read.mended), read.modules)
    assignment = read.assignment
    notebook = restore(assignment, read.notebook)
    earlier = {result.id: result for result in record.problems}
    result, access, cells = _examine(assignment, notebook, submission, problem, earlier, level, limits or Limits())
    for test in result.tests:
        if test.verdict is Verdict.FAILED and test.id in access.transcripts:
            ask_solution(access.transcripts[test.id], vars(assignment.reference))
    return Rerun(submission, result, access.transcripts, cells)


def _examine(
    assignment: Assignment,
    notebook: nbformat.NotebookNode,
    submission: SubmissionData,
    problem: Problem,
    earlier: Mapping[str, ProblemResult],
    level: Level,
    limits: Limits,
) -> tuple[ProblemResult, RecordingAccess, list[str]]:
    clean_cells(notebook)
    with scratch_folder() as scratch, as_submitted(notebook, submission.modules):
        # Where a kernel runs as another user than we do, it must get through to its own folder in this one.
        scratch.chmod(0o711)
        isolation = isolation_for(assignment, level)
        marker = ProblemMarker(assignment, notebook, limits, isolation, scratch, submission.texts)
        result, access = marker.examine(problem, earlier)
        return result, access, marker.sources()
