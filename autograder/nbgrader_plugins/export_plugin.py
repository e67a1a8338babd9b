"""Exports scores for `nbgrader export`: the same numbers as in terminal, feedback and class report."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Grade, Gradebook, MissingEntry, Student, SubmittedAssignment
from nbgrader.plugins import CsvExportPlugin
from traitlets import Bool

from autograder.course import assignment as kit
from autograder.course.course import CourseError, find_course
from autograder.course.gradebook_scores import check_points
from autograder.course.score import Score, given
from autograder.nbgrader_plugins.spreadsheet import plain_cell

# Unformatted: nbgrader's columns in its order, as a line of the file has them, and ours.
COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "waiting",
)  # fmt: skip
DEFAULT = "grades.csv"


class ExportScores(CsvExportPlugin):  # type: ignore[misc]
    """Writes nbgrader's columns as CSV, and ``waiting``: the points that wait for a person.

    - A submission with a fault of the grader's that nobody has resolved has no score: the cell is blank, never 0.
    - Names with commas or quotes are quoted.
    """

    other_points = Bool(False, help="Export although the gradebook has other points than the source notebook").tag(
        config=True
    )

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that ``--to`` names.

        Raises:
            SystemExit: The gradebook has other points than the source notebook of an assignment.
        """
        assignments = [one for one in gradebook.assignments if not self.assignment or one.name in self._asked()]
        for one in assignments:
            self._check(one)
        target = Path(self.to or DEFAULT)
        self.log.info("Exporting grades to %s", target)
        with target.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
            writer.writeheader()
            for row in self._rows(gradebook, assignments):
                # Names of students are whatever they chose, and a spreadsheet opens this file.
                writer.writerow({name: plain_cell(value) for name, value in row.items()})

    def _asked(self) -> list[str]:
        return [str(name) for name in self.assignment]

    def _check(self, assignment: Assignment) -> None:
        # Others are not the kit's, and nothing says what points they should have.
        if assignment.name not in kit.assignment_names():
            return
        notebooks = [notebook for notebook in assignment.notebooks if notebook.name == assignment.name]
        cells = [cell for one in notebooks for cell in (*one.grade_cells, *one.task_cells)]
        try:
            check_points(kit.Assignment(find_course(), assignment.name), {cell.name: cell.max_score for cell in cells})
        except CourseError as fault:
            if not self.other_points:
                sys.exit(f"{fault}\nWith --ExportScores.other_points=True it is exported all the same.")
            self.log.warning("%s", fault)

    def _rows(self, gradebook: Gradebook, assignments: list[Assignment]) -> Iterator[dict[str, Any]]:
        for assignment in assignments:
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
        nothing = {"raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0, "waiting": 0.0}
        return {**row, "timestamp": "", **nothing}
    penalty = submission.late_submission_penalty
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    score = Score.of_cells(grades, penalty)
    scores: dict[str, Any] = {"raw_score": Score.of_cells(grades).points, "score": score.points}
    if unresolved(submission, grades):
        scores = {"raw_score": "", "score": ""}
    late = {"timestamp": submission.timestamp, "late_submission_penalty": penalty}
    return {**row, **late, **scores, "waiting": score.waiting}


def unresolved(submission: SubmittedAssignment, grades: list[Grade]) -> bool:
    """Return whether something waits for a person that tests should have marked."""
    by_hand = {
        (notebook.id, cell.name)
        for notebook in submission.notebooks
        for cells in (notebook.notebook.solution_cells, notebook.notebook.task_cells)
        for cell in cells
    }
    return any(given(grade) is None and (grade.notebook_id, grade.name) not in by_hand for grade in grades)
