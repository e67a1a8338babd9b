"""Writes a class as JSON, for other programs, and reads it back, for a comparison with a later class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from autograder.course.course import CourseError
from autograder.course.results import (
    Basis,
    Confidence,
    Diagnosis,
    Kind,
    ProblemResult,
    Record,
    Status,
    TestResult,
    Verdict,
)
from autograder.course.score import Score
from autograder.i18n.messages import Message
from autograder.reports.class_data import ClassData, Row, TableCell
from autograder.reports.failure import Failure
from autograder.reports.tables import test_line

CLASS_VERSION = 1


def class_as_json(data: ClassData) -> dict[str, Any]:
    """Return a class as JSON holds it: problems, students with their tests, mistakes, item analysis."""
    tests = data.tests
    return {
        "schema_version": CLASS_VERSION,
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
        "students": [_student(row, anonymous=data.anonymous) for row in data.rows],
        "mistakes": [msgspec.to_builtins(one) for one in data.mistakes],
        "waiting": [msgspec.to_builtins(one) for one in data.waiting],
        "item_analysis": msgspec.to_builtins(data.analysis),
    }


def _student(row: Row, *, anonymous: bool) -> dict[str, Any]:
    record = row.record
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
        # Whoever has a hand-in could find its author's pseudonym by its digest.
        "sha256": "" if anonymous else record.sha256,
        "kit_version": record.kit_version,
        "tests_sha256": record.tests_sha256,
        "salt_fingerprint": record.salt_fingerprint,
        "environment": record.environment,
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
        "automatic_points": result.score if result and not result.unresolved else None,
        "failure": failure.value if failure else None,
        "diagnoses": [{"name": one.name, "kind": one.kind, "confidence": one.confidence} for one in diagnoses],
        "tests": [json_test(test, diagnoses, failure) for test in (result.tests if result else [])],
    }


def json_test(test: TestResult, diagnoses: Sequence[Diagnosis], failure: Failure | None) -> dict[str, Any]:
    """Return what JSON says of one test: what the problem says of it for all students, and what is empty, left out."""
    line = test_line(test, diagnoses, failure)
    return {name: value for name, value in line.items() if value != "" and name not in ("title", "max_points")}


# What is read of it: what a comparison asks for.


class _ReadTest(msgspec.Struct):
    test: str
    verdict: Verdict
    points: float
    basis: Basis = Basis.OWN
    message: str = ""


class _ReadDiagnosis(msgspec.Struct):
    name: str
    kind: Kind
    confidence: Confidence


class _ReadResult(msgspec.Struct):
    problem: str
    points: float | None
    max_points: float
    by_hand: bool
    tests: list[_ReadTest]
    diagnoses: list[_ReadDiagnosis]
    automatic_points: float | None = None


class _ReadStudent(msgspec.Struct):
    student: str
    status: Status
    points: float
    marked: float
    waiting: float
    late_penalty: float
    problems: list[_ReadResult]
    sha256: str = ""
    kit_version: str = ""
    tests_sha256: str = ""
    salt_fingerprint: str = ""
    environment: dict[str, str] = {}


class _ReadTitle(msgspec.Struct):
    test: str
    title: str
    max_points: float


class _ReadProblem(msgspec.Struct):
    id: str
    tests: list[_ReadTitle]


class _ReadMistake(msgspec.Struct):
    problem: str
    name: str
    title: str


class _ReadClass(msgspec.Struct):
    assignment: str
    anonymous: bool
    problems: list[_ReadProblem]
    students: list[_ReadStudent]
    mistakes: list[_ReadMistake]


def read_class(file: Path, assignment: str) -> tuple[list[Row], bool]:
    """Return the rows of a class that a report has written as JSON, and whether they are under pseudonyms.

    Their records hold what a comparison asks for, and their texts are English.

    Args:
        file: The ``class.json``.
        assignment: nbgrader's name of the assignment.

    Raises:
        CourseError: It is none, of another assignment, or of a later version of the kit.
    """
    try:
        form = msgspec.json.decode(file.read_bytes())
        version = form.get("schema_version", CLASS_VERSION) if isinstance(form, dict) else CLASS_VERSION
        if version != CLASS_VERSION:
            raise CourseError(
                f"{file} has schema version {version}; this kit reads {CLASS_VERSION}: compare with the version of the "
                "kit that wrote it, or with the records"
            )
        found = msgspec.convert(form, _ReadClass)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise CourseError(f"{file} is no class.json of `autograder report` ({fault}): name one") from fault
    if found.assignment != assignment:
        raise CourseError(f"{file} is the class of {found.assignment}, not of {assignment}: name another file")
    if not found.students:
        raise CourseError(f"{file} holds no student: name another file")
    titles = {one.test: one for problem in found.problems for one in problem.tests}
    causes = {(one.problem, one.name): Message(one.title) for one in found.mistakes}
    return [_row(one, assignment, titles, causes) for one in found.students], found.anonymous


def _row(
    one: _ReadStudent, assignment: str, titles: dict[str, _ReadTitle], causes: dict[tuple[str, str], Message]
) -> Row:
    results = {read.problem: _result(read, titles, causes) for read in one.problems if read.tests}
    marks = {
        read.problem: TableCell(read.points, read.max_points, read.by_hand, results.get(read.problem))
        for read in one.problems
    }
    record = Record(
        assignment=assignment,
        student=one.student,
        sha256=one.sha256,
        status=one.status,
        score=sum(result.score for result in results.values()),
        max_score=sum(result.max_score for result in results.values()),
        problems=[*results.values()],
        kit_version=one.kit_version,
        tests_sha256=one.tests_sha256,
        salt_fingerprint=one.salt_fingerprint,
        environment=one.environment,
        seconds=0.0,
    )
    return Row(one.student, "", record, marks, Score(one.points, one.marked, one.waiting), one.late_penalty)


def _result(read: _ReadResult, titles: dict[str, _ReadTitle], causes: dict[tuple[str, str], Message]) -> ProblemResult:
    tests = [
        TestResult(
            id=test.test,
            title=Message(titles[test.test].title if test.test in titles else test.test),
            verdict=test.verdict,
            score=test.points,
            max_score=titles[test.test].max_points if test.test in titles else test.points,
            basis=test.basis,
            message=Message(test.message),
        )
        for test in read.tests
    ]
    diagnoses = [
        Diagnosis(
            name=one.name,
            kind=one.kind,
            confidence=one.confidence,
            title=causes.get((read.problem, one.name), Message(one.name)),
        )
        for one in read.diagnoses
    ]
    score = sum(test.score for test in tests) if read.automatic_points is None else read.automatic_points
    return ProblemResult(id=read.problem, score=score, max_score=read.max_points, tests=tests, diagnoses=diagnoses)
