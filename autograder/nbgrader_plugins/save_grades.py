"""Saves points in nbgrader's gradebook from the record, never from the outputs of cells.

nbgrader 0.9.6 reads the points of a cell from its outputs, and fails open: ``nan``, ``-1`` or ``3/8`` give full marks.
`SaveRecordGrades` overrides ``_add_score``; a nbgrader that names it otherwise would read outputs again.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Protocol

import nbformat
from nbgrader.preprocessors import SaveAutoGrades

from autograder.course.cells import problem_name
from autograder.course.course import Course, find_course
from autograder.course.earlier_records import keep_earlier, run_of_process
from autograder.course.joined_notebooks import cell_name
from autograder.course.results import ProblemResult, Record, RecordError, counted, read_record, write_record
from autograder.nbgrader_plugins.mark_cells import RECORD

log = logging.getLogger(__name__)


class SaveRecordGrades(SaveAutoGrades):  # type: ignore[misc]
    """Writes the record's points to the gradebook, and the record itself beside it."""

    def preprocess(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Save one notebook's points, then its record.

        In this order: a record says that its points are in the gradebook.
        """
        record: Record = resources[RECORD]
        nb, resources = super().preprocess(nb, resources)
        enter_record(find_course(), record)
        return nb, resources

    def _add_score(self, cell: nbformat.NotebookNode, resources: dict[str, Any]) -> None:
        """Save one graded cell's points."""
        name = cell.metadata.nbgrader.grade_id
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        name = cell_name(self.assignment_id, self.notebook_id, name)
        set_grade(grade, resources[RECORD], name, grade.max_score)
        self.gradebook.db.commit()


class Gradable(Protocol):
    """An entry with points in a gradebook: nbgrader's ``Grade``, or a row of its table."""

    auto_score: float | None
    manual_score: float | None
    needs_manual_grade: bool


def set_grade(grade: Gradable, record: Record, grade_id: str, max_score: float) -> None:
    """Give a graded cell the record's points, by its name in the assignment.

    A person's own score stays as it is, and is shown to a person again: what it was given for may have changed.
    """
    grade.auto_score = automatic_score(record, grade_id, max_score)
    grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None


def automatic_score(record: Record, grade_id: str, max_score: float) -> float | None:
    """Return the points of a graded cell, within 0 and its maximum; None when a person has to look at it.

    A person marks some questions, also unanswered ones, and looks at problems with an unresolved fault of the grader's.
    """
    result: ProblemResult | None = record.problem(problem_name(grade_id))
    if grade_id in record.manual or result is None or result.unresolved:
        return None
    return min(max(result.score, 0.0), max_score)


def record_file(records: Path, assignment: str, student: str) -> Path:
    """Return the file of a submission's record."""
    return records / assignment / f"{student}.json"


def enter_record(course: Course, record: Record) -> None:
    """Write a record that this process has made; the one that it replaces is kept where it came to something else."""
    file = record_file(course.records, record.assignment, record.student)
    old = record_at(file)
    keep_earlier(course, run_of_process(), old, record)
    write_record(counted(record, old), file)


def record_at(file: Path) -> Record | None:
    """Return the record in a file; None when there is none, or one that this version of the kit cannot read."""
    try:
        return read_record(file) if file.is_file() else None
    except RecordError as fault:
        log.warning("%s", fault)
        return None
