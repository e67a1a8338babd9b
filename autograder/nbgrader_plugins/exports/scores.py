"""Exports scores for `nbgrader export`: the same numbers as in terminal, feedback and class report."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Grade, Gradebook, MissingEntry, Student, SubmittedAssignment
from nbgrader.plugins import ExportPlugin
from traitlets import Bool, List, Unicode, default

from autograder.course import assignment as kit
from autograder.course.cells import problem_name
from autograder.course.course import CourseError, find_course
from autograder.course.gradebook_scores import check_points
from autograder.course.score import DECIMALS, Score, given, points
from autograder.nbgrader_plugins.spreadsheet import plain_cell

# Unformatted: nbgrader's columns in its order, as a line of the file has them, and ours.
COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score", "waiting",
)  # fmt: skip
# Of these, what stands before and after the problems.
BEFORE, AFTER = ("assignment", "student_id", "last_name", "first_name"), COLUMNS[-5:]
# Canvas' word for a grade that does not count: https://community.canvaslms.com, "How do I import grades".
EXCUSED = "EX"


class GradeExport(ExportPlugin):  # type: ignore[misc]
    """What all exports of scores share: who and what is exported, and where to."""

    FILE = ""

    other_points = Bool(False, help="Export although the gradebook has other points than the source notebook").tag(
        config=True
    )
    excused = List(Unicode(), help="Ids of students for whom the assignment does not count").tag(config=True)

    @default("to")
    def _default_to(self) -> str:
        return str(find_course().classroom / self.FILE)

    def assignments(self, gradebook: Gradebook) -> list[Assignment]:
        """Return the assignments that are asked for; all of them when none is named.

        Raises:
            SystemExit: The gradebook has other points than the source notebook of an assignment.
        """
        found = [one for one in gradebook.assignments if not self.assignment or one.name in map(str, self.assignment)]
        for one in found:
            self._check(one)
        return found

    def students(self, gradebook: Gradebook) -> list[Student]:
        """Return the students who are asked for, else all: by name, as nbgrader does, then by id."""
        known = {student.id for student in gradebook.students}
        for name in dict.fromkeys([*map(str, self.student), *self.excused]):
            if name not in known:
                self.log.warning("%s is no student of the gradebook", name)
        asked = [one for one in gradebook.students if not self.student or one.id in map(str, self.student)]
        # Where no names are known nbgrader has them in the order in which they were marked.
        return sorted(asked, key=lambda one: (one.last_name or "", one.first_name or "", one.id))

    def write(
        self, rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",", lineterminator: str = "\n"
    ) -> None:
        """Write the file that ``--to`` names as CSV."""
        target = Path(self.to)
        self.log.info("Exporting grades to %s", target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", newline="", encoding=encoding) as stream:
            csv.writer(stream, delimiter=delimiter, lineterminator=lineterminator).writerows(rows)

    def _check(self, assignment: Assignment) -> None:
        # Others are not the kit's, and nothing says what points they should have.
        if assignment.name not in kit.assignment_names(find_course()):
            return
        notebooks = [notebook for notebook in assignment.notebooks if notebook.name == assignment.name]
        cells = [cell for one in notebooks for cell in (*one.grade_cells, *one.task_cells)]
        try:
            check_points(kit.Assignment(find_course(), assignment.name), {cell.name: cell.max_score for cell in cells})
        except CourseError as fault:
            if not self.other_points:
                sys.exit(f"{fault}\nWith --{type(self).__name__}.other_points=True it is exported all the same.")
            self.log.warning("%s", fault)


class ExportScores(GradeExport):
    """Writes nbgrader's columns as CSV, and ``waiting``: the points that wait for a person.

    - A submission with a fault of the grader's that nobody has resolved has no score: the cell is blank, never 0.
    - Who is excused has `EXCUSED` for a score.
    - Names with commas or quotes are quoted.
    """

    FILE = "grades.csv"

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that ``--to`` names.

        Raises:
            SystemExit: The gradebook has other points than the source notebook of an assignment.
        """
        assignments = self.assignments(gradebook)
        rows = [
            grades_row(gradebook, assignment, student, self.excused)
            for assignment in assignments
            for student in self.students(gradebook)
        ]
        self.write([COLUMNS, *table(rows, COLUMNS)])


class ExportProblems(GradeExport):
    """Writes a line for each student, with a column for each problem.

    A column is named after its problem and its points, ``rnn_step_forward (8)``. A problem that waits for a person is
    blank, never 0; the other columns are those of `ExportScores`.
    """

    FILE = "problems.csv"

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that ``--to`` names.

        Raises:
            SystemExit: The gradebook has other points than the source notebook of an assignment.
        """
        assignments = self.assignments(gradebook)
        cells = {one.name: dict(_cells(one)) for one in assignments}
        problems = tuple(dict.fromkeys(column for columns in cells.values() for column in columns.values()))
        rows = []
        for assignment in assignments:
            for student in self.students(gradebook):
                row = grades_row(gradebook, assignment, student, self.excused)
                for key, score in _by_cell(gradebook, assignment, student):
                    row[cells[assignment.name][key]] = score
                rows.append(row)
        columns = (*BEFORE, *problems, *AFTER)
        self.write([columns, *table(rows, columns)])


def table(rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> Iterator[list[Any]]:
    """Yield rows as lines of a file that is opened in a spreadsheet: names of students are whatever they chose."""
    for row in rows:
        yield [plain_cell(row.get(name, "")) for name in columns]


def _cells(assignment: Assignment) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield notebook and name of each graded cell, and what its column is called."""
    for notebook in assignment.notebooks:
        beside = "" if notebook.name == assignment.name else f"{notebook.name}/"
        for cell in (*notebook.grade_cells, *notebook.task_cells):
            name = f"{beside}{problem_name(cell.name)} ({points(cell.max_score)})"
            yield (notebook.name, cell.name), name


def _by_cell(
    gradebook: Gradebook, assignment: Assignment, student: Student
) -> Iterator[tuple[tuple[str, str], float | None]]:
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            score = given(grade)
            yield (notebook.name, grade.name), score if score is None else round(score, DECIMALS)


def grades_row(
    gradebook: Gradebook, assignment: Assignment, student: Student, excused: Sequence[str] = ()
) -> dict[str, Any]:
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
        scores: dict[str, Any] = {"raw_score": 0.0, "score": 0.0}
        late = {"timestamp": "", "late_submission_penalty": 0.0, "waiting": 0.0}
    else:
        penalty = submission.late_submission_penalty
        grades = grades_of(submission)
        score = Score.of_cells(grades, penalty)
        scores = {"raw_score": Score.of_cells(grades).points, "score": score.points}
        if unresolved(submission):
            scores = {"raw_score": "", "score": ""}
        late = {
            "timestamp": submission.timestamp,
            "late_submission_penalty": penalty,
            "waiting": score.waiting,
        }
    if student.id in excused:
        scores["score"] = EXCUSED
    return {**row, **late, **scores}


def grades_of(submission: SubmittedAssignment) -> list[Grade]:
    """Return the graded cells of a submission."""
    return [grade for notebook in submission.notebooks for grade in notebook.grades]


def unresolved(submission: SubmittedAssignment) -> list[str]:
    """Return the cells that wait for a person though tests should have marked them: the grader failed on them."""
    by_hand = {
        (notebook.id, cell.name)
        for notebook in submission.notebooks
        for cells in (notebook.notebook.solution_cells, notebook.notebook.task_cells)
        for cell in cells
    }
    waiting = [grade for grade in grades_of(submission) if given(grade) is None]
    return [grade.name for grade in waiting if (grade.notebook_id, grade.name) not in by_hand]
