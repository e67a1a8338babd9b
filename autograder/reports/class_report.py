"""Makes the class report: a table of students by problems, and what is behind wrong answers; as a page and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.gradebook_scores import (
    CellGrade,
    GradebookScore,
    check_points,
    gradebook_points,
    gradebook_scores,
)
from autograder.course.problem import Problem
from autograder.course.results import Confidence, ProblemResult, Record, read_record
from autograder.course.score import Score, given, points
from autograder.grading.gradebook.changes import points_of
from autograder.i18n.languages import DEFAULT
from autograder.nbgrader_plugins.spreadsheet import plain_cell
from autograder.pages.environment import templates
from autograder.reports.mistakes import Mistake, mistakes

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class TableCell:
    """One cell of the table.

    Attributes:
        score: Points; None where they wait for a person.
        max_score: Points it could have had.
        by_hand: Whether a person gave them.
        faults: What the tests saw, one line each.
    """

    score: float | None
    max_score: float
    by_hand: bool = False
    faults: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What stands in the table: points, or nothing where they wait for a person."""
        return "" if self.score is None else points(self.score)


@dataclass(frozen=True)
class Row:
    """One student.

    Attributes:
        student: The student's id.
        status: The status of the marking.
        marks: By problem.
        score: The score, as the gradebook has it.
        penalty: The points that are taken off it for being late.
    """

    student: str
    status: str
    marks: dict[str, TableCell]
    score: Score
    penalty: float = 0.0


def write_report(assignment: Assignment, *, other_points: bool = False) -> list[Path]:
    """Write the table of a class and return the files.

    Args:
        assignment: The assignment.
        other_points: Whether the gradebook may have other points than the source notebook.

    Raises:
        CourseError: No submission has been marked, or the gradebook has other points than the source notebook.
        RecordError: A record is damaged.
    """
    if not other_points:
        check_points(assignment, gradebook_points(assignment))
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

    Points come from nbgrader's gradebook, with all that a person has entered there; what tests saw, from the records.

    Raises:
        CourseError: The gradebook cannot be read.
    """
    known = gradebook_scores(assignment)
    return [row_of(assignment, record, known.get(record.student)) for record in records]


def row_of(assignment: Assignment, record: Record, known: GradebookScore | None) -> Row:
    """Return one student's row; ``known`` is what the gradebook says, None for one whom it does not know."""
    known = known or of_record(assignment, record)
    marks = {}
    for name, problem in assignment.problems.items():
        result, cell = record.problem(name), known.cells.get(problem.check)
        if cell is None:  # a problem that came into the notebook after this was marked
            marks[name] = TableCell(None, problem.points)
        elif cell.manual_score is not None:
            marks[name] = TableCell(given(cell), cell.max_score, by_hand=True)
        else:
            faults = faults_of(result) if result and not result.unresolved else ()
            marks[name] = TableCell(given(cell), cell.max_score, bool(cell.extra_credit), faults)
    return Row(record.student, record.status.value, marks, known.score, known.penalty)


def of_record(assignment: Assignment, record: Record) -> GradebookScore:
    """Return what the gradebook would say of a record that is not entered there."""
    found = GradebookScore()
    for problem in assignment.problems.values():
        score = points_of(record, problem.check, problem.points)
        found.cells[problem.check] = CellGrade(score, None, None, problem.points)
    return found


def faults_of(result: ProblemResult) -> tuple[str, ...]:
    """Return what a problem's tests saw, one line each, in English."""
    failed = [test for test in result.tests if test.score < test.max_score]
    lines = [f"{test.title} {test.message}".strip() for test in failed]
    return tuple(lines + [str(deduction.reason) for deduction in result.deductions])


def html_of(assignment: Assignment, problems: list[Problem], rows: list[Row], behind: list[Mistake]) -> str:
    """Return the page."""
    means = {problem.id: mean([row.marks[problem.id] for row in rows]) for problem in problems}
    template = templates(TEMPLATES).get_template("class.html.j2")
    late = any(row.penalty for row in rows)
    total = mean([TableCell(row.score.points, row.score.marked) for row in rows])
    told = {"rows": rows, "means": means, "total": total, "late": late, "behind": behind}
    return template.render(language=DEFAULT, assignment=assignment, problems=problems, **told)


def mean(marks: list[TableCell]) -> float | None:
    """Return the mean share of the points that was reached, of those who have points; None when nobody has."""
    shares = [mark.score / mark.max_score for mark in marks if mark.score is not None and mark.max_score]
    return sum(shares) / len(shares) if shares else None


def csv_of(problems: list[Problem], rows: list[Row]) -> str:
    """Return the table as CSV; a cell that waits for a person is empty, and ``waiting`` adds these cells' points up."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    ids = [problem.id for problem in problems]
    writer.writerow(["student", "status", *ids, "late_penalty", "score", "max_score", "waiting"])
    for row in rows:
        totals = (row.penalty, row.score.points, row.score.most, row.score.waiting)
        marks = [row.marks[name].text for name in ids]
        writer.writerow([plain_cell(row.student), row.status, *marks, *map(points, totals)])
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
