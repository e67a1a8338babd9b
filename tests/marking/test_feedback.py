"""The table that students and TAs see."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import escape
from msgspec.structs import replace

from autograder.course.results import (
    Basis,
    Confidence,
    Deduction,
    Diagnosis,
    Kind,
    ProblemResult,
    TestResult,
    Verdict,
)
from autograder.i18n.messages import Message, say
from autograder.marking.feedback import VERDICTS, problem_html, problem_output, table_rows, what_code_does
from autograder.testing.scoring import GATE_CLOSED

ATTACK = "<script>alert('x')</script><img src=x onerror=y>{{ 7 * 7 }}"


def result(**test: Any) -> ProblemResult:
    settings = {
        "id": "t.py::a",
        "title": "Is right.",
        "verdict": Verdict.FAILED,
        "score": 0.0,
        "max_score": 2.0,
        **test,
    }
    texts = {name: Message(text) for name, text in settings.items() if name in ("title", "message", "hint")}
    return ProblemResult(id="double", score=1.3333, max_score=4.0, tests=[TestResult(**{**settings, **texts})])


def test_the_table_shows_title_points_message_and_hint():
    html = problem_html(result(message="dx is off", hint="Look at the bias."))
    for text in (
        "double: 1.33 of 4 points",
        "Is right.",
        "0 / 2",
        "dx is off",
        "What to look at: Look at the bias.",
        "\u2717",
    ):
        assert text in html


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_has_a_mark_and_its_name(verdict):
    assert f'title="{escape(VERDICTS[verdict])}"' in problem_html(result(verdict=verdict))


def test_what_the_gate_keeps_from_counting_is_no_failure():
    html = problem_html(result(message=GATE_CLOSED))
    assert 'title="does not count yet">-' in html
    assert "\u2717" not in html


@pytest.mark.parametrize(
    ("confidence", "tests", "said"),
    [
        (Confidence.CERTAIN, ["1"], "What your code does (test 1): Adds two."),
        (Confidence.CERTAIN, ["1", "3"], "What your code does (tests 1, 3): Adds two."),
        (Confidence.LIKELY, ["2"], "In test 2, your values are those of code that does this: Adds two."),
        (Confidence.LIKELY, ["2", "3"], "In tests 2, 3, your values are those of code that does this: Adds two."),
    ],
)
def test_a_diagnosis_counts_its_tests(confidence, tests, said):
    one = Diagnosis(
        name="adds", kind=Kind.MISCONCEPTION, confidence=confidence, title=Message("Adds two."), tests=tests
    )
    assert str(what_code_does(three(Verdict.FAILED, "a", "b", "c"), one)) == said


def test_what_is_asked_is_said_once_for_each_way_to_fail():
    tests = [
        TestResult(
            id=str(n),
            title=Message("t"),
            verdict=Verdict.FAILED,
            score=0,
            max_score=2,
            message=say(template, n=n),
            asks=Message("Return all."),
        )
        for n, template in enumerate(("{n} are off", "{n} are off", "no key {n}"))
    ]
    html = problem_html(ProblemResult(id="d", score=0, max_score=6, tests=tests))
    assert html.count("What is asked: Return all.") == 2


def test_what_a_mark_rests_on_is_told_when_it_is_not_the_students_code_alone():
    assert "is not counted again here" in problem_html(result(basis=Basis.FOLLOW_THROUGH))
    assert "is not counted again here" not in problem_html(result())


def test_deductions_and_notes_are_shown():
    made = ProblemResult(
        id="d",
        score=1,
        max_score=2,
        deductions=[Deduction(reason=Message("3 values"), points=0.5)],
        notes=[Message("It prints."), Message("x is a list")],
    )
    assert "3 values" in problem_html(made)
    assert "\u22120.5" in problem_html(made)
    assert "Noted, at no cost:<ul>\n<li>It prints.</li>\n<li>x is a list</li>\n</ul>" in problem_html(made)


@pytest.mark.parametrize("field", ["title", "message", "hint"])
def test_text_of_the_students_never_becomes_markup(field):
    html = problem_html(result(**{field: ATTACK}))
    assert "<script" not in html
    assert "<img" not in html
    assert "{{ 7 * 7 }}" in html


def test_the_output_of_a_cell_has_the_points_as_nbgrader_reads_them_and_the_table():
    output = problem_output(result())
    assert output.output_type == "execute_result"
    assert float(output.data["text/plain"]) == 1.33
    assert output.data["text/html"] == problem_html(result())


def three(verdict: Verdict, *messages: str) -> ProblemResult:
    tests = [
        TestResult(id=str(n), title=Message(f"t{n}"), verdict=verdict, score=0, max_score=2, message=Message(text))
        for n, text in enumerate(messages, start=1)
    ]
    return ProblemResult(id="d", score=0, max_score=6, tests=tests)


def test_neighbours_that_were_not_run_for_one_reason_are_one_line():
    made = three(Verdict.NOT_RUN, "no cache", "no cache", "no time")
    assert [(row.first, row.last, row.max_score) for row in table_rows(made)] == [(1, 2, 4), (3, 3, 2)]
    assert problem_html(made).count("no cache") == 1
    assert "1 to 2: no cache" in problem_html(made)


def test_what_was_said_of_one_test_is_not_said_again():
    made = three(Verdict.FAILED, "raised", "off", "raised")
    assert [row.like for row in table_rows(made)] == [None, None, 1]
    assert problem_html(made).count("raised") == 1
    assert "The same as in test 1." in problem_html(made)
    assert [row.like for row in table_rows(three(Verdict.PASSED, "", "", ""))] == [None, None, None]


def test_what_was_not_attempted_is_one_line():
    nothing = Diagnosis(
        name="not_attempted", kind=Kind.NOT_ATTEMPTED, confidence=Confidence.CERTAIN, title=Message("Not written yet.")
    )
    made = problem_html(replace(three(Verdict.FAILED, "y is None", "y is None", "off"), diagnoses=[nothing]))
    assert "Not written yet." in made
    assert "y is None" not in made
    assert "What your code does" not in made


def test_a_belief_is_told_as_what_somebody_may_have_thought_and_not_as_a_fact():
    known = Diagnosis(
        name="a",
        kind=Kind.MISCONCEPTION,
        confidence=Confidence.CERTAIN,
        title=Message("T"),
        belief=Message("It is so."),
    )
    made = ProblemResult(id="d", score=0, max_score=2, diagnoses=[known])
    assert "You may have thought: “It is so.” But" in problem_html(made)
