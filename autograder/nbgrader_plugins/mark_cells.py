"""Marks a notebook in nbgrader's execute step, instead of only running it."""

from __future__ import annotations

from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float

from autograder.course.limits import Limits
from autograder.marking.execution.isolation import admitted
from autograder.marking.mark_notebook import mark_notebook
from autograder.marking.new_record import SubmissionData
from autograder.nbgrader_plugins.reading import submission_of

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
        resources[RECORD] = mark_notebook(read.assignment, nb, submission, self.limits, level, all_cells=self.all_cells)
        return nb, resources
