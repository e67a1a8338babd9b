"""Writes a class as JSON, for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from autograder.course.results import Diagnosis, TestResult
from autograder.reports.class_data import ClassData, Row, TableCell
from autograder.reports.failure import Failure
from autograder.reports.tables import test_line


def json_of(data: ClassData) -> dict[str, Any]:
    """Return a class as JSON holds it: problems, students with their tests, mistakes, item analysis."""
    tests = data.tests
    return {
        "assignment": data.assignment.name,
        "title": data.assignment.title,
        "anonymous": data.anonymous,
        "problems": [
            {
                "id": one.id,
                "points": one.points,
                "manual": one.manual,
                "tests": [
                    {"test": test.id, "title": str(test.title), "max_points": test.max_score} for test in tests[one.id]
                ],
            }
            for one in data.problems
        ],
        "students": [_student(row) for row in data.rows],
        "mistakes": [msgspec.to_builtins(one) for one in data.mistakes],
        "waiting": [msgspec.to_builtins(one) for one in data.waiting],
        "item_analysis": msgspec.to_builtins(data.analysis),
    }


def _student(row: Row) -> dict[str, Any]:
    return {
        "student": row.student,
        "name": row.name,
        "status": row.status,
        "language": row.record.language,
        "attempt": row.record.attempt,
        "seconds": row.record.seconds,
        "points": row.score.points,
        "marked": row.score.marked,
        "waiting": row.score.waiting,
        "max_points": row.score.most,
        "late_penalty": row.penalty,
        "notes": [str(note) for note in (*row.record.mended, *row.record.notes)],
        "problems": [_problem(name, cell) for name, cell in row.marks.items()],
    }


def _problem(name: str, cell: TableCell) -> dict[str, Any]:
    result, failure = cell.result, cell.failure
    diagnoses = result.diagnoses if result else []
    return {
        "problem": name,
        "points": cell.score,
        "max_points": cell.max_score,
        "by_hand": cell.by_hand,
        "failure": failure.value if failure else None,
        "diagnoses": [{"name": one.name, "kind": one.kind, "confidence": one.confidence} for one in diagnoses],
        "tests": [json_test(test, diagnoses, failure) for test in (result.tests if result else [])],
    }


def json_test(test: TestResult, diagnoses: Sequence[Diagnosis], failure: Failure | None) -> dict[str, Any]:
    """Return what JSON says of one test: what the problem says of it for all students, and what is empty, left out."""
    line = test_line(test, diagnoses, failure)
    return {name: value for name, value in line.items() if value != "" and name not in ("title", "max_points")}
