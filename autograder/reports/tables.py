"""Writes the tables of the class report as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autograder.course.problem import Problem
from autograder.course.results import Confidence, Diagnosis, TestResult, Verdict
from autograder.course.score import points
from autograder.nbgrader_plugins.spreadsheet import plain_cell
from autograder.reports.class_data import ClassData, Row, Waiting, dealt
from autograder.reports.failure import Failure, failure_of
from autograder.reports.mistakes import Mistake
from autograder.reports.shares import ShareDifference

MINUS = "\N{MINUS SIGN}"
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def csv_table(columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV in which no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    # A number is no formula, though it may begin with a minus.
    writer.writerows(
        [value if isinstance(value, str) and NUMBER.fullmatch(value) else plain_cell(value) for value in line]
        for line in lines
    )
    return text.getvalue()


def difference_cells(difference: ShareDifference | None) -> list[str]:
    """Return a difference of shares and the ends of its interval as a table has them; empty where there is none."""
    return [f"{value:.4f}" for value in (difference.value, difference.low, difference.high)] if difference else [""] * 3


def signed(value: float) -> str:
    """Return a difference as people write it: with its sign, and 0 without."""
    shown = points(abs(value))
    return shown if shown == "0" else f"{'+' if value > 0 else MINUS}{shown}"


def scores_csv(problems: Sequence[Problem], rows: Sequence[Row]) -> str:
    """Return the table as CSV; a cell that waits for a person is empty, and ``waiting`` adds these cells' points up."""
    ids = [problem.id for problem in problems]
    lines = [
        (
            *(row.student, row.name, row.status),
            *(row.marks[name].text for name in ids),
            *map(points, (row.penalty, row.score.points, row.score.most, row.score.waiting)),
        )
        for row in rows
    ]
    return csv_table(["student", "name", "status", *ids, "late_penalty", "score", "max_score", "waiting"], lines)


def csv_of_tests(data: ClassData) -> str:
    """Return a line for each test of each submission as CSV."""
    return csv_table(TEST_COLUMNS, ([line.get(name, "") for name in TEST_COLUMNS] for line in tests_of(data)))


def mistakes_csv(behind: Sequence[Mistake]) -> str:
    """Return mistakes as CSV, one line for each submission that shows one."""
    lines = []
    for one in behind:
        for student in one.students:
            sure = "" if one.kind is None else Confidence.LIKELY if student in one.unsure else Confidence.CERTAIN
            lines.append((one.problem, one.name, one.kind or "failure", sure, student, str(one.group or "")))
    return csv_table(["problem", "mistake", "kind", "confidence", "student", "group"], lines)


def waiting_csv(waiting: Sequence[Waiting], assign: Sequence[str]) -> str:
    """Return what waits for a person as CSV: a line for each submission and question, with who marks it."""
    lines = []
    for one, hands in dealt(waiting, assign):
        why = "the grader failed" if one.by_grader else "a person marks it"
        turn = {student: person for person, students in hands for student in students}
        lines += [(one.problem, why, student, turn.get(student, "")) for student in one.students]
    return csv_table(["problem", "why", "student", "assigned"], lines)


def tests_of(data: ClassData) -> Iterator[dict[str, Any]]:
    """Yield a line for each test of each submission, and for a submission without tests one that says its status."""
    for row in data.rows:
        who = {"student": row.student, "name": row.name, "status": row.status}
        if not any(result.tests for result in row.record.problems):
            yield who
        for result in row.record.problems:
            failure = failure_of(result)
            for test in result.tests:
                yield {**who, "problem": result.id, **test_line(test, result.diagnoses, failure)}


def test_line(test: TestResult, diagnoses: Sequence[Diagnosis], failure: Failure | None) -> dict[str, Any]:
    """Return what a table says of one test."""
    named = next((one for one in diagnoses if test.id in one.tests), None)
    passed = test.verdict is Verdict.PASSED
    return {
        "test": test.id,
        "title": str(test.title),
        "verdict": test.verdict.value,
        "points": test.score,
        "max_points": test.max_score,
        "basis": test.basis.value,
        "diagnosis": named.name if named else test.misconception or test.pattern or "",
        "confidence": named.confidence.value if named else test.confidence.value if test.confidence else "",
        "failure": "" if passed or failure is None else failure.value,
        "seconds": round(test.seconds, 4),
        "message": str(test.message),
    }


TEST_COLUMNS = [
    *("student", "name", "status", "problem", "test", "title", "verdict", "points", "max_points", "basis"),
    *("diagnosis", "confidence", "failure", "seconds", "message"),
]
