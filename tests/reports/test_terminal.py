"""A record on the terminal."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from autograder.course.results import (
    Confidence,
    Deduction,
    Diagnosis,
    Kind,
    ProblemResult,
    Record,
    Status,
    TestResult,
    Verdict,
)
from autograder.i18n.messages import Message
from autograder.reports.terminal import findings_of, print_record


def outcome(**fields: Any) -> TestResult:
    return TestResult(
        **{
            "id": "t::a",
            "title": Message("Is right."),
            "verdict": Verdict.FAILED,
            "score": 0.0,
            "max_score": 1.0,
            **fields,
        }
    )


def printed(status: Status = Status.MARKED, **problem: Any) -> str:
    made = ProblemResult(**{"id": "double", "score": 1.5, "max_score": 4.0, **problem})
    record = Record(
        assignment="arithmetic",
        student="ada",
        sha256="0",
        status=status,
        score=1.5,
        max_score=10.0,
        manual=["why"],
        manual_max_score=3.0,
        problems=[made],
        notes=[Message("[bold]a note[/bold]")],
        kit_version="0",
        tests_sha256="1",
        environment={},
        seconds=1.25,
    )
    shown = io.StringIO()
    print_record(record, console=Console(file=shown, width=200))
    return shown.getvalue()


def test_it_shows_points_by_problem_their_sum_the_manual_questions_and_the_time():
    text = printed()
    for part in (
        "arithmetic: ada",
        "double",
        "1.5 / 4",
        "Score: 1.5 of 10 so far, 3 wait for a person",
        "Marked by a person: why",
        "1.2 s",
    ):
        assert part in text


def test_a_rejected_hand_in_shows_only_why():
    text = printed(Status.REJECTED)
    assert text.startswith("Rejected: [bold]a note[/bold]")
    assert "double" not in text


@pytest.mark.parametrize("text", ["[red]x[/red]", "[/]", "[link=file:///x]"])
def test_text_of_the_students_is_never_read_as_markup(text):
    assert text in printed(tests=[outcome(message=Message(text))])


def test_failures_with_the_same_reason_stand_together_and_passed_tests_are_left_out():
    problem = ProblemResult(
        id="double",
        score=0,
        max_score=4,
        notes=[Message("prints")],
        deductions=[Deduction(reason=Message("2 values"), points=1)],
        tests=[
            outcome(title=Message("A."), message=Message("same")),
            outcome(title=Message("B."), message=Message("other\nline")),
            outcome(title=Message("C."), message=Message("same")),
            outcome(title=Message("D."), verdict=Verdict.PASSED),
        ],
    )
    assert findings_of(problem).split("\n") == [
        "\u2717 A.",
        "\u2717 C.",
        "  same",
        "\u2717 B.",
        "  other",
        "  line",
        "\u2717 2 values",
        "(prints)",
    ]


def test_what_was_not_attempted_is_one_line():
    nothing = Diagnosis(
        name="not_attempted", kind=Kind.NOT_ATTEMPTED, confidence=Confidence.CERTAIN, title=Message("Not written yet.")
    )
    problem = ProblemResult(
        id="double", score=0, max_score=4, diagnoses=[nothing], tests=[outcome(message=Message("y is None"))]
    )
    assert findings_of(problem) == "Not written yet."
