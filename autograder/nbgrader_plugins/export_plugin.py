"""Exports grades for `nbgrader export`: what the gradebook alone cannot say comes from the records."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import CsvExportPlugin

from autograder.course.course import find_course
from autograder.course.results import Record, read_record
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.nbgrader_plugins.spreadsheet import plain_cell

# Unformatted: nbgrader's columns in its order, as a line of the file has them.
COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip
DEFAULT = "grades.csv"


class ExportWithRecords(CsvExportPlugin):  # type: ignore[misc]
    """Writes nbgrader's columns as CSV.

    - A student with a fault of the grader's that nobody has resolved has no score: the cell is blank, never 0.
    - A problem that could not be asked of a submission is not part of that student's maximum.
    - Names with commas or quotes are quoted.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that ``--to`` names."""
        target = Path(self.to or DEFAULT)
        self.log.info("Exporting grades to %s", target)
        with target.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
            writer.writeheader()
            for row in self._rows(gradebook):
                # Names of students are whatever they chose, and a spreadsheet opens this file.
                writer.writerow({name: plain_cell(value) for name, value in row.items()})

    def _rows(self, gradebook: Gradebook) -> Iterator[dict[str, Any]]:
        for assignment in gradebook.assignments:
            if self.assignment and assignment.name not in map(str, self.assignment):
                continue
            for student in gradebook.students:
                if not self.student or student.id in map(str, self.student):
                    yield grades_row(gradebook, assignment, student)


def grades_row(gradebook: Gradebook, assignment: Assignment, student: Student) -> dict[str, Any]:
    """Return one student's row; a student without a submission has a score of 0, as in nbgrader."""
    row = {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "student_id": student.id,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "email": student.email,
        "max_score": assignment.max_score,
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return {**row, "timestamp": "", "raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0}
    penalty = submission.late_submission_penalty
    row |= {"timestamp": submission.timestamp, "late_submission_penalty": penalty}
    scores: dict[str, Any] = {"raw_score": submission.score, "score": max(0.0, submission.score - (penalty or 0.0))}
    file = record_file(find_course().records, assignment.name, student.id)
    if file.is_file():
        record = read_record(file)
        # Where a person has given a score it stands, whatever the record says.
        open_grades = {
            grade.name.removeprefix("test_"): grade.max_score
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.manual_score is None
        }
        row["max_score"] -= not_asked(record, open_grades)
        if any(problem.unresolved and problem.id in open_grades for problem in record.problems):
            scores = {"raw_score": "", "score": ""}
    return {**row, **scores}


def not_asked(record: Record, points: dict[str, float]) -> float:
    """Return the points of the problems that could not be asked of a submission.

    ``points`` holds those of each problem that no person has scored.
    """
    return sum(points.get(problem.id, 0.0) for problem in record.problems if not problem.max_score)
