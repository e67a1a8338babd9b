"""Marks a notebook in nbgrader's execute step, instead of only running it."""

from __future__ import annotations

from typing import Any, NamedTuple

import nbformat
from nbgrader.preprocessors import ClearOutput, DeduplicateIds, NbGraderPreprocessor
from traitlets import Bool, Float

from autograder.course.joined_notebooks import join, split
from autograder.course.limits import Limits
from autograder.course.results import Record
from autograder.kernel.sandbox.levels import Level
from autograder.marking.cell_metadata import CheckCells
from autograder.marking.execution.isolation import admitted
from autograder.marking.mark_notebook import mark_notebook
from autograder.marking.new_record import SubmissionData
from autograder.marking.restore import PutBackCells
from autograder.nbgrader_plugins.reading import submission_of
from autograder.submissions.read import RepairedSubmission

RECORD = "autograder_record"


class MarkCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Runs the cells and the hidden tests.

    Takes the place of nbgrader's Execute in ``Autograde.autograde_preprocessors``.
    The record is left in ``resources``, for `autograder.nbgrader_plugins.save_grades.SaveRecordGrades`.
    """

    cell_seconds = Float(Limits.cell, help="Seconds that a cell may use").tag(config=True)
    check_seconds = Float(Limits.check, help="Seconds that the visible part of a check may use").tag(config=True)
    test_seconds = Float(Limits.test, help="Seconds that a hidden test may use").tag(config=True)
    budget_seconds = Float(Limits.budget, help="Seconds that all of one submission may use").tag(config=True)
    all_cells = Bool(False, help="Run cells that no points depend on, too").tag(config=True)
    weaker_isolation = Bool(False, help="Mark hand-ins where less than full isolation is to be had").tag(config=True)

    @property
    def limits(self) -> Limits:
        """The limits on time, from the configuration."""
        return Limits(
            cell=self.cell_seconds, check=self.check_seconds, test=self.test_seconds, budget=self.budget_seconds
        )

    def preprocess(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Mark one notebook.

        Raises:
            WeakIsolationError: The machine offers less than the full sandbox, and nobody has accepted that.
        """
        # Before anything is read: a machine that lacks the sandbox runs nothing.
        level = admitted(None, self.weaker_isolation)
        names = resources["nbgrader"]
        # What is known besides the notebook, which comes from nbgrader's steps, with cells put back.
        read = submission_of(self, names)
        submission = SubmissionData.of(names["student"], read)
        if not read.assignment.joined:
            resources[RECORD] = mark_notebook(
                read.assignment, nb, submission, self.limits, level, all_cells=self.all_cells
            )
            return nb, resources
        return self._part(read, submission, level, resources), resources

    def _part(
        self, read: RepairedSubmission, submission: SubmissionData, level: Level, resources: dict[str, Any]
    ) -> nbformat.NotebookNode:
        """Return one of the notebooks of a submission, marked together with the others.

        nbgrader comes with one after the other; they are marked when it comes with the first.
        """
        global _last  # noqa: PLW0603 - nbgrader makes its steps anew for each notebook, so they cannot hold it
        name = read.assignment.name
        if _last is None or _last.notebook is not read.notebook:
            restoring = [step(parent=self) for step in (ClearOutput, DeduplicateIds, PutBackCells, CheckCells)]
            parts = split(name, read.notebook)
            for part, notebook in parts.items():
                known = {**resources, "nbgrader": {**resources["nbgrader"], "notebook": part}}
                for step in restoring:
                    notebook, _ = step.preprocess(notebook, known)  # noqa: PLW2901
                parts[part] = notebook
            whole = join(name, parts)
            record = mark_notebook(read.assignment, whole, submission, self.limits, level, all_cells=self.all_cells)
            _last = _Marked(read.notebook, record, split(name, whole))
        resources[RECORD] = _last.record
        return _last.parts[resources["nbgrader"]["notebook"]]


class _Marked(NamedTuple):
    """What came of the submission that nbgrader is at.

    Attributes:
        notebook: As it was read.
        record: Its record.
        parts: Its marked notebooks, by name.
    """

    notebook: nbformat.NotebookNode
    record: Record
    parts: dict[str, nbformat.NotebookNode]


_last: _Marked | None = None
