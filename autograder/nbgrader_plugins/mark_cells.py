"""Marks a notebook in nbgrader's execute step, instead of only running it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float

from autograder.course.assignment import Assignment
from autograder.course.course import find_course
from autograder.course.limits import Limits
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.languages import DEFAULT
from autograder.marking.execution.isolation import admitted
from autograder.marking.mark_notebook import SubmissionData, mark_notebook
from autograder.nbgrader_plugins.exporter import submitted_folder, take_mended
from autograder.submissions.read import read_submission

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
        assignment = Assignment(find_course(Path.cwd()), names["assignment"])
        language = nb.metadata.get(LANGUAGE, DEFAULT)
        folder = submitted_folder(self, names)
        # For the bytes and the module files; the notebook itself comes from nbgrader's steps, with cells put back.
        read = read_submission(assignment, folder)
        submission = SubmissionData(names["student"], read.data, tuple(take_mended(nb)), read.modules)
        made = assignment.in_language(language)
        resources[RECORD] = mark_notebook(made, nb, submission, self.limits, level, all_cells=self.all_cells)
        return nb, resources
