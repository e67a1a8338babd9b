"""Runs one problem's hidden tests on a hand-in again, as marking does, with all that they ask taken down."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ClearHiddenTests

from autograder.assignment import Assignment, Problem
from autograder.cleaning import clean_cells
from autograder.examiner import run_problem
from autograder.intake import read_data, read_notebook
from autograder.isolation import isolation_for
from autograder.kernel.levels import Level
from autograder.limits import Limits
from autograder.marking import HandIn, NotebookMarker
from autograder.results import ProblemResult, Record, Verdict
from autograder.transcript import RecordingAccess, Transcript, ask_solution


@dataclass(frozen=True)
class Rerun:
    """What came of running the tests again.

    Attributes:
        hand_in: The file that was run.
        result: What the tests came to.
        transcripts: What each test asked, by its id.
        cells: The code that had been run when the tests began, a text for each cell.
    """

    hand_in: HandIn
    result: ProblemResult
    transcripts: dict[str, Transcript]
    cells: list[str] = field(default_factory=list)


class ProblemMarker(NotebookMarker):
    """Runs a notebook's cells as far as the checks of one problem, and only that problem's hidden tests."""

    def examine(self, problem: Problem, earlier: Mapping[str, ProblemResult]) -> tuple[ProblemResult, RecordingAccess]:
        """Return what the tests came to, and the access that took down what they asked.

        Args:
            problem: Whose tests are run.
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
            return run_problem(self._assignment, problem, access, earlier), access
        finally:
            self._close()

    def sources(self) -> list[str]:
        """Return the texts of the cells that were run."""
        return [self._notebook.cells[index].source for index in self._run_so_far]


def run_again(
    assignment: Assignment, record: Record, problem: Problem, level: Level, limits: Limits | None = None
) -> Rerun:
    """Run the tests of one problem on a hand-in again.

    Args:
        assignment: The assignment.
        record: What the hand-in was marked with.
        problem: The problem.
        level: How far kernels are shut in.
        limits: How long its code may run.

    Raises:
        FileNotFoundError: The hand-in is not there any more.
        Rejected: It cannot be read as a hand-in.
        SandboxError: A kernel cannot be shut in that far.
    """
    file = assignment.course.submitted / record.student / assignment.name / f"{assignment.name}.ipynb"
    data = read_data(file)
    notebook = read_notebook(assignment, file, data)
    earlier = {result.id: result for result in record.problems}
    result, access, cells = _examine(assignment, notebook, problem, earlier, level, limits or Limits())
    for test in result.tests:
        if test.verdict is Verdict.FAILED and test.id in access.transcripts:
            ask_solution(access.transcripts[test.id], vars(assignment.reference))
    return Rerun(HandIn(record.student, data), result, access.transcripts, cells)


def _examine(
    assignment: Assignment,
    notebook: nbformat.NotebookNode,
    problem: Problem,
    earlier: Mapping[str, ProblemResult],
    level: Level,
    limits: Limits,
) -> tuple[ProblemResult, RecordingAccess, list[str]]:
    clean_cells(notebook)
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as scratch:
        # Where a kernel runs as another user than we do, it must get through to its own folder in this one.
        Path(scratch).chmod(0o711)
        marker = ProblemMarker(assignment, notebook, limits, isolation_for(assignment, level), Path(scratch))
        result, access = marker.examine(problem, earlier)
        return result, access, marker.sources()
