"""Records of the tiny course as marking leaves them, for what is made of them."""

from __future__ import annotations

from typing import Any

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.results import Confidence, Diagnosis, Kind, ProblemResult, Record, Status, TestResult, Verdict
from autograder.i18n.messages import Message
from tests.support.course import cell_named

KNOWN = Diagnosis(
    name="adds",
    kind=Kind.MISCONCEPTION,
    confidence=Confidence.CERTAIN,
    title=Message("Adds two."),
    belief=Message("Twice is two more."),
    hint=Message("Try 5."),
    tests=["Doubles."],
)
NOTHING_WRITTEN = Diagnosis(
    name="not_attempted", kind=Kind.NOT_ATTEMPTED, confidence=Confidence.CERTAIN, title=Message("Not written yet.")
)


def verdict(title: str, kind: Verdict = Verdict.PASSED, message: Any = "", **more: Any) -> TestResult:
    lost = kind is not Verdict.PASSED
    text = message if isinstance(message, Message) else Message(message)
    settings = {"id": title, "title": Message(title), "verdict": kind, "score": 0 if lost else 2, "max_score": 2}
    return TestResult(**{**settings, "message": text, **more})


def problem(name: str, *tests: TestResult, most: float, **more: Any) -> ProblemResult:
    return ProblemResult(id=name, score=sum(test.score for test in tests), max_score=most, tests=list(tests), **more)


def record(*problems: ProblemResult, **more: Any) -> Record:
    settings = {
        "assignment": "arithmetic",
        "student": "ada",
        "sha256": "0",
        "status": Status.MARKED,
        "score": sum(one.score for one in problems),
        "max_score": sum(one.max_score for one in problems),
        "manual": ["why"],
        "manual_max_score": 3.0,
        "problems": list(problems),
        "kit_version": "0",
        "tests_sha256": "0",
        "environment": {},
        "seconds": 0.1,
    }
    return Record(**{**settings, **more})


RIGHT = problem("halve", verdict("Halves."), verdict("Halves 3."), verdict("Halves 4."), most=6)
WRONG = problem(
    "double",
    verdict("Doubles.", Verdict.FAILED, "y: 2 of 2 elements are off", asks=Message("Return x times two.")),
    verdict("Takes none."),
    most=4,
    diagnoses=[KNOWN],
)


def worked_on(assignment: Assignment) -> nbformat.NotebookNode:
    """Return a notebook of the tiny course in which both functions are written, and the question is answered."""
    file = assignment.course.release("arithmetic") / "arithmetic.ipynb"
    made = nbformat.read(file, as_version=4)
    cell_named(made, "double").source = "def double(x):\n    y = x + 2\n    return y"
    cell_named(made, "halve").source = "def halve(x):\n    return x / 2, None"
    cell_named(made, "why").source = "Because $a<b$."
    return made
