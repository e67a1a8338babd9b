"""The table that students and TAs see."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.course.results import Basis, Deduction, ProblemResult, TestResult, Verdict
from autograder.i18n.messages import Message
from autograder.marking.feedback import problem_html, problem_output

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
    return ProblemResult(id="double", score=1.3333, max_score=4.0, tests=[TestResult(**settings)])


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
    assert f'title="{verdict.value}"' in problem_html(result(verdict=verdict))


def test_what_a_mark_rests_on_is_told_when_it_is_not_the_students_code_alone():
    assert "is not counted again here" in problem_html(result(basis=Basis.FOLLOW_THROUGH))
    assert "is not counted again here" not in problem_html(result())


def test_deductions_and_notes_are_shown():
    made = ProblemResult(
        id="d",
        score=1,
        max_score=2,
        deductions=[Deduction(reason=Message("3 values"), points=0.5)],
        notes=[Message("prints")],
    )
    assert "3 values" in problem_html(made)
    assert "\u22120.5" in problem_html(made)
    assert "Noted, at no cost: prints." in problem_html(made)


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
