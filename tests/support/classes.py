"""A class of two problems and a question, with records as marking leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import msgspec

from autograder.course.course import Course
from autograder.course.problem import Problem
from autograder.course.results import (
    Confidence,
    Diagnosis,
    Kind,
    ProblemResult,
    Record,
    Status,
    TestResult,
    Verdict,
    write_record,
)
from autograder.i18n.messages import Message
from autograder.nbgrader_plugins.save_grades import record_file

PROBLEMS = {
    "add": Problem("add", 4.0, "test_add", ("add",), manual=False),
    "train": Problem("train", 6.0, "test_train", (), manual=False),
    "essay": Problem("essay", 5.0, "essay", (), manual=True),
}


def class_in(root):
    """Return what a report asks of an assignment, in a course with a gradebook of its own."""
    url = f"sqlite:///{root / 'classroom' / 'gradebook.db'}"
    folders = [f"c.CourseDirectory.{name}_directory = 'classroom/{name}'" for name in ("autograded", "feedback")]
    lines = ["c = get_config()", f"c.CourseDirectory.db_url = {url!r}", *folders]
    (root / "nbgrader_config.py").write_text("\n".join(lines))
    return SimpleNamespace(
        notebooks=["sums"],
        joined=False,
        name="sums",
        title="Sums <1>",
        problems=PROBLEMS,
        course=Course(root),
        folder=root,
        drafts=False,
        notebook_file=root / "sums.ipynb",
    )


def result(
    name: str,
    score: float,
    max_score: float,
    verdict: Verdict = Verdict.PASSED,
    message: str = "",
    diagnosis: str = "",
) -> ProblemResult:
    """Return what one test came to; with a diagnosis of that name."""
    test = TestResult(
        id=f"test_{name}.py::{name}",
        title=Message("Adds."),
        verdict=verdict,
        score=score,
        max_score=max_score,
        message=Message(message),
        seconds=0.25,
    )
    named = Diagnosis(
        name=diagnosis,
        kind=Kind.MISCONCEPTION,
        confidence=Confidence.CERTAIN,
        title=Message(f"Does {diagnosis}."),
        tests=[test.id],
    )
    diagnoses = [named] if diagnosis else []
    return ProblemResult(id=name, score=score, max_score=max_score, tests=[test], diagnoses=diagnoses)


def hand_in(
    assignment,
    student: str,
    problems: Sequence[ProblemResult],
    /,
    status: Status = Status.MARKED,
    notes: Sequence[Message] = (),
    **more: Any,
) -> Record:
    """Write a submission's record and return it; ``more`` are fields that it has instead."""
    made = Record(
        assignment="sums",
        student=student,
        sha256="0",
        status=status,
        manual=[] if status is Status.REJECTED else ["essay"],
        problems=list(problems),
        score=sum(problem.score for problem in problems),
        max_score=sum(problem.max_score for problem in problems),
        notes=list(notes),
        kit_version="0",
        tests_sha256="0",
        environment={},
        seconds=0.1,
    )
    record = msgspec.structs.replace(made, **more)
    write_record(record, record_file(assignment.course.records, "sums", student))
    return record
