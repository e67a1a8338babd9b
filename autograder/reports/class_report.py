"""Makes the class report: a table of students by problems, and what is behind wrong answers; as a page and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nbgrader.api
from nbgrader.api import BaseCell, Grade, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import select

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.gradebook_database import database_missing, reading
from autograder.course.nbgrader_app import load_config
from autograder.course.problem import Problem
from autograder.course.results import Confidence, ProblemResult, Record, Status, read_record
from autograder.course.score import points
from autograder.i18n.languages import DEFAULT
from autograder.nbgrader_plugins.spreadsheet import plain_cell
from autograder.pages.environment import templates
from autograder.reports.mistakes import Mistake, mistakes

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class TableCell:
    """One cell of the table.

    Attributes:
        score: Points; None when a person has not given any yet.
        max_score: Points it could have had; 0 when the problem could not be asked of this submission.
        by_hand: Whether a person gave them.
        faults: What the tests saw, one line each.
    """

    score: float | None
    max_score: float
    by_hand: bool = False
    faults: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What stands in the table: points, nothing when a person is still to give them, or a dash."""
        if not self.max_score:
            return "-"
        return "" if self.score is None else points(self.score)


@dataclass(frozen=True)
class Row:
    """One student.

    Attributes:
        student: The student's id.
        status: The status of the marking; ``missing`` when nothing was marked.
        marks: By problem.
    """

    student: str
    status: str
    marks: dict[str, TableCell]

    @property
    def score(self) -> float:
        """Points given so far."""
        return sum(mark.score or 0.0 for mark in self.marks.values())

    @property
    def max_score(self) -> float:
        """Points that could be had."""
        return sum(mark.max_score for mark in self.marks.values())

    @property
    def waiting(self) -> list[str]:
        """The problems that a person still has to mark."""
        return [name for name, mark in self.marks.items() if mark.score is None]


def write_report(assignment: Assignment) -> list[Path]:
    """Write the table of a class and return the files.

    Raises:
        CourseError: No submission has been marked.
        RecordError: A record is damaged.
    """
    records = records_of(assignment)
    rows = rows_of(assignment, records)
    if not rows:
        raise CourseError(f"no hand-in of {assignment.name} is marked yet: run `nbgrader autograde {assignment.name}`")
    problems = list(assignment.problems.values())
    folder = assignment.course.reports / assignment.name
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "class.html", folder / "class.csv", folder / "mistakes.csv"]
    files[0].write_text(html_of(assignment, problems, rows, mistakes(assignment, records)), encoding="utf-8")
    files[1].write_text(csv_of(problems, rows), encoding="utf-8")
    files[2].write_text(mistakes_csv(mistakes(assignment, records)), encoding="utf-8")
    return files


def records_of(assignment: Assignment) -> list[Record]:
    """Return the records of all submissions, by student.

    Raises:
        RecordError: A record is damaged.
    """
    return [read_record(file) for file in sorted((assignment.course.records / assignment.name).glob("*.json"))]


def rows_of(assignment: Assignment, records: Sequence[Record]) -> list[Row]:
    """Return a row for each marked submission.

    Automatic points come from the records; a score that a person entered in nbgrader's gradebook overrides them.
    """
    entered = manual_scores(assignment)
    return [row_of(assignment, record, entered.get(record.student, {})) for record in records]


def row_of(assignment: Assignment, record: Record, entered: dict[str, float]) -> Row:
    """Return one student's row; ``entered`` holds the scores that a person entered, by problem."""
    marks = {}
    for name, problem in assignment.problems.items():
        result = record.problem(name)
        if name in entered:
            marks[name] = TableCell(entered[name], problem.points, by_hand=True)
        elif problem.manual or result is None or result.unresolved:
            given = 0.0 if record.status is Status.REJECTED and not problem.manual else None
            marks[name] = TableCell(given, problem.points)
        else:
            marks[name] = TableCell(result.score, result.max_score, faults=faults_of(result))
    return Row(record.student, record.status.value, marks)


def faults_of(result: ProblemResult) -> tuple[str, ...]:
    """Return what a problem's tests saw, one line each, in English."""
    failed = [test for test in result.tests if test.score < test.max_score]
    lines = [f"{test.title} {test.message}".strip() for test in failed]
    return tuple(lines + [str(deduction.reason) for deduction in result.deductions])


def manual_scores(assignment: Assignment) -> dict[str, dict[str, float]]:
    """Return the scores that people entered in the gradebook, by student and problem.

    Raises:
        CourseError: The gradebook cannot be read.
    """
    url = CourseDirectory(config=load_config(assignment.course)).db_url
    if database_missing(url):
        return {}
    checks = {problem.check: name for name, problem in assignment.problems.items()}
    entered = (
        select(SubmittedAssignment.student_id, BaseCell.name, Grade.manual_score)
        .select_from(Grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(nbgrader.api.Assignment, nbgrader.api.Assignment.id == SubmittedAssignment.assignment_id)
        .where(nbgrader.api.Assignment.name == assignment.name, Grade.manual_score.is_not(None))
    )
    found: dict[str, dict[str, float]] = {}
    with reading(url) as connection:
        for student, cell, score in connection.execute(entered):
            if cell in checks:
                found.setdefault(student, {})[checks[cell]] = float(score)
    return found


def html_of(assignment: Assignment, problems: list[Problem], rows: list[Row], behind: list[Mistake]) -> str:
    """Return the page."""
    means = {problem.id: mean([row.marks[problem.id] for row in rows]) for problem in problems}
    template = templates(TEMPLATES).get_template("class.html.j2")
    return template.render(
        language=DEFAULT, assignment=assignment, problems=problems, rows=rows, means=means, behind=behind
    )


def mean(marks: list[TableCell]) -> float | None:
    """Return the mean share of the points that was reached, of those who have points; None when nobody has."""
    shares = [mark.score / mark.max_score for mark in marks if mark.score is not None and mark.max_score]
    return sum(shares) / len(shares) if shares else None


def csv_of(problems: list[Problem], rows: list[Row]) -> str:
    """Return the table as CSV; a cell that a person still has to fill is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", "status", *(problem.id for problem in problems), "score", "max_score"])
    for row in rows:
        marks = [row.marks[problem.id].text for problem in problems]
        writer.writerow([plain_cell(row.student), row.status, *marks, points(row.score), points(row.max_score)])
    return text.getvalue()


def mistakes_csv(behind: Sequence[Mistake]) -> str:
    """Return mistakes as CSV, one line for each submission that shows one."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["problem", "mistake", "kind", "confidence", "student"])
    for one in behind:
        for student in one.students:
            sure = "" if one.kind is None else Confidence.LIKELY if student in one.unsure else Confidence.CERTAIN
            writer.writerow([one.problem, one.name, one.kind or "unknown", sure, plain_cell(student)])
    return text.getvalue()
