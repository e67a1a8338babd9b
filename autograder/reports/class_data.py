"""Gathers what is known of a class, from records and nbgrader's gradebook: all of the class report is made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import msgspec

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.gradebook_scores import (
    CellGrade,
    GradebookScore,
    check_points,
    gradebook_names,
    gradebook_points,
    gradebook_scores,
)
from autograder.course.problem import Problem
from autograder.course.results import ProblemResult, Record, Status, TestResult, read_record
from autograder.course.score import Score, given, points
from autograder.grading.gradebook.changes import points_of
from autograder.i18n.messages import NOTHING, Message
from autograder.reports.failure import Failure, failure_of
from autograder.reports.item_analysis import Analysis, analyse
from autograder.reports.mistakes import Mistake, mistakes
from autograder.reports.pseudonyms import Scrubber, pseudonyms, scrubber
from autograder.testing.diagnosis.named_anew import named_anew


@dataclass(frozen=True)
class TableCell:
    """One student's points of one problem.

    Attributes:
        score: Points; None where they wait for a person.
        max_score: Points it could have had.
        by_hand: Whether a person gave them, or some of them.
        result: What its tests came to; None for a question that a person marks.
        manual_score: What a person gave instead of the tests' points; None where nobody did, or nothing says so.
        extra_credit: What a person gave in addition.
    """

    score: float | None
    max_score: float
    by_hand: bool = False
    result: ProblemResult | None = None
    manual_score: float | None = None
    extra_credit: float = 0.0

    @classmethod
    def of_grade(cls, grade: CellGrade, result: ProblemResult | None) -> TableCell:
        """Return the points of a cell of a gradebook; ``result`` is what its tests came to."""
        by_hand = grade.manual_score is not None or bool(grade.extra_credit)
        extra = grade.extra_credit or 0.0
        return cls(given(grade), grade.max_score, by_hand, result, grade.manual_score, extra)

    @property
    def text(self) -> str:
        """What stands in the table: points, or nothing where they wait for a person."""
        return "" if self.score is None else points(self.score)

    @property
    def full(self) -> bool:
        """Whether it has all of its points."""
        return self.score is not None and self.score >= self.max_score

    @cached_property
    def failure(self) -> Failure | None:
        """In what way it lost points; None where it lost none, or a person has seen to it."""
        return failure_of(self.result) if self.result is not None and not self.by_hand else None

    @property
    def faults(self) -> dict[str, list[str]]:
        """What its tests saw, in English, each with the titles of the tests that saw it."""
        seen: dict[str, list[str]] = {}
        if self.result is not None:
            for test in self.result.tests:
                if test.score < test.max_score:
                    seen.setdefault(str(test.message), []).append(str(test.title))
            for deduction in self.result.deductions:
                seen.setdefault(str(deduction.reason), []).append(f"minus {points(deduction.points)}")
        return seen


@dataclass(frozen=True)
class Row:
    """One student.

    Attributes:
        student: The student's id, or pseudonym.
        name: The student's name as the roster has it; empty where it has none, or under a pseudonym.
        record: What marking came to, under the same id.
        marks: By problem.
        score: The score, as the gradebook has it.
        penalty: The points that are taken off it for being late.
    """

    student: str
    name: str
    record: Record
    marks: dict[str, TableCell]
    score: Score
    penalty: float = 0.0

    @property
    def status(self) -> str:
        """The status of the marking."""
        return self.record.status.value

    @property
    def lost_most(self) -> tuple[str, str]:
        """The problem in which most points were lost and what is behind it: a diagnosis, or the kind of failure.

        Both are empty where nothing was lost.
        """
        lost = [
            (cell.max_score - (cell.score or 0.0), name)
            for name, cell in self.marks.items()
            if cell.failure not in (None, Failure.SHARE, Failure.NOT_RUN)
        ]
        if not lost:
            return "", ""
        _, name = max(lost, key=lambda one: one[0])
        cell = self.marks[name]
        assert cell.result is not None, "only a result fails"
        known = cell.result.diagnoses if cell.failure is Failure.KNOWN else []
        return name, known[0].name if known else str(cell.failure)


@dataclass(frozen=True)
class Waiting:
    """What waits for a person in one question or problem.

    Attributes:
        problem: Its name.
        by_grader: Whether the grader failed on it; else a person was to mark it anyway.
        students: Whose.
    """

    problem: str
    by_grader: bool
    students: tuple[str, ...]


@dataclass(frozen=True)
class ClassData:
    """A class.

    Attributes:
        assignment: The assignment.
        rows: One for each submission, by id or pseudonym.
        people: The student's id behind each pseudonym, and behind each id itself; it never gets into an output.
        anonymous: Whether students are under pseudonyms.
        scrub: Takes out of a text what must not be shown: under pseudonyms, ids and names of students.
    """

    assignment: Assignment
    rows: list[Row]
    people: dict[str, str] = field(default_factory=dict)
    anonymous: bool = False
    scrub: Callable[[str], str] = str

    @property
    def problems(self) -> list[Problem]:
        """The assignment's problems, in the order of the notebook."""
        return list(self.assignment.problems.values())

    @property
    def records(self) -> list[Record]:
        """The record of each submission."""
        return [row.record for row in self.rows]

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """What is behind wrong answers, problem by problem."""
        return mistakes(self.assignment, self.records)

    @cached_property
    def analysis(self) -> Analysis:
        """How hard the tests are, and whether they tell students apart."""
        return analyse(self.records)

    @cached_property
    def tests(self) -> dict[str, list[TestResult]]:
        """One result of each test, by problem, in the order of their files."""
        found: dict[str, dict[str, TestResult]] = {problem.id: {} for problem in self.problems}
        for record in self.records:
            for result in record.problems:
                for test in result.tests:
                    found.setdefault(result.id, {}).setdefault(test.id, test)
        return {problem: list(tests.values()) for problem, tests in found.items()}

    @cached_property
    def marked(self) -> list[Row]:
        """Those whose submission could be marked: means are theirs."""
        return [row for row in self.rows if row.record.status is not Status.REJECTED]

    @property
    def rejected(self) -> list[Row]:
        """Those whose submission cannot be marked."""
        return [row for row in self.rows if row.record.status is Status.REJECTED]

    @cached_property
    def waiting(self) -> list[Waiting]:
        """What waits for a person, problems on which the grader failed first."""
        found: dict[tuple[str, bool], list[str]] = {}
        for row in self.rows:
            for name, cell in row.marks.items():
                if cell.score is None:
                    failed = cell.result is not None and cell.result.unresolved
                    found.setdefault((name, failed), []).append(row.student)
        waits = [Waiting(name, failed, tuple(students)) for (name, failed), students in found.items()]
        return sorted(waits, key=lambda one: not one.by_grader)


def class_data(assignment: Assignment, *, other_points: bool = False, anonymous: bool = False) -> ClassData:
    """Return what is known of a class.

    Args:
        assignment: The assignment.
        other_points: Whether the gradebook may have other points than the source notebook.
        anonymous: Whether students get pseudonyms, in texts that they wrote too.

    Raises:
        CourseError: No submission has been marked, or the gradebook has other points than the source notebook.
        RecordError: A record is damaged.
    """
    if not other_points:
        check_points(assignment, gradebook_points(assignment))
    # With the names that the catalogue gives now: a mistake that became known since needs no marking again.
    rows = rows_of(assignment, [named_anew(assignment, record) for record in records_of(assignment)])
    if not rows:
        raise CourseError(f"no hand-in of {assignment.name} is marked yet: run `nbgrader autograde {assignment.name}`")
    if not anonymous:
        return ClassData(assignment, rows, {row.student: row.student for row in rows})
    hidden = pseudonyms(assignment, [row.student for row in rows])
    # Names of the whole roster: a student can name somebody who has handed in nothing.
    scrub = scrubber([*hidden], [*gradebook_names(assignment).values()])
    renamed = [renamed_row(row, hidden[row.student], scrub) for row in rows]
    people = {name: student for student, name in hidden.items()}
    return ClassData(assignment, sorted(renamed, key=lambda row: row.student), people, anonymous=True, scrub=scrub)


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
    known, names = gradebook_scores(assignment), gradebook_names(assignment)
    return [row_of(assignment, record, known.get(record.student), names.get(record.student, "")) for record in records]


def row_of(assignment: Assignment, record: Record, known: GradebookScore | None, name: str = "") -> Row:
    """Return one student's row; ``known`` is what the gradebook says, None for one whom it does not know."""
    known = known or of_record(assignment, record)
    marks = {}
    results = {result.id: result for result in record.problems}
    for problem in assignment.problems.values():
        result, cell = results.get(problem.id), known.cells.get(problem.check)
        if cell is None:  # a problem that came into the notebook after this was marked
            marks[problem.id] = TableCell(None, problem.points)
        else:
            marks[problem.id] = TableCell.of_grade(cell, result)
    return Row(record.student, name, record, marks, known.score, known.penalty)


def of_record(assignment: Assignment, record: Record) -> GradebookScore:
    """Return what the gradebook would say of a record that is not entered there."""
    found = GradebookScore()
    for problem in assignment.problems.values():
        score = points_of(record, problem.check, problem.points)
        found.cells[problem.check] = CellGrade(score, None, None, problem.points)
    return found


def renamed_row(row: Row, student: str, scrub: Scrubber) -> Row:
    """Return a row under a pseudonym."""

    def clean(text: Message) -> Message:
        return Message(scrub(str(text))) if text else text

    def clean_result(result: ProblemResult) -> ProblemResult:
        return msgspec.structs.replace(
            result,
            tests=[msgspec.structs.replace(one, message=clean(one.message), own=NOTHING) for one in result.tests],
            deductions=[msgspec.structs.replace(one, reason=clean(one.reason)) for one in result.deductions],
            notes=[clean(note) for note in result.notes],
        )

    record = msgspec.structs.replace(
        row.record,
        student=student,
        problems=[clean_result(result) for result in row.record.problems],
        notes=[clean(note) for note in row.record.notes],
        mended=[clean(note) for note in row.record.mended],
    )
    results = {result.id: result for result in record.problems}
    marks = {name: replace(cell, result=results.get(name)) for name, cell in row.marks.items()}
    return Row(student, "", record, marks, row.score, row.penalty)


def dealt(waiting: Sequence[Waiting], people: Sequence[str]) -> list[tuple[Waiting, list[tuple[str, tuple[str, ...]]]]]:
    """Return what waits, each question with whose are dealt to whom: as many to each, and the same at every run.

    Args:
        waiting: What waits.
        people: Who marks; nobody where it is not dealt out.
    """
    turn, found = 0, []
    for one in waiting:
        hands: dict[str, list[str]] = {person: [] for person in people}
        for student in one.students if people else ():
            hands[people[turn % len(people)]].append(student)
            turn += 1
        found.append((one, [(person, tuple(students)) for person, students in hands.items()]))
    return found
