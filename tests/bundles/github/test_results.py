"""What GitHub Classroom's reporter makes of a hand-in: its sum and its count are the points of the record."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from msgspec.structs import replace

from autograder.bundles.github.results import BYTES_MAX, MESSAGE_MAX, PARTS_MAX, encoded, reported
from autograder.course.assignment import Assignment
from autograder.course.results import Deduction, Record, Status, Verdict
from autograder.i18n.messages import Message, say
from tests.bundles.github.actions import report
from tests.support.feedback import RIGHT, WRONG, problem, record, verdict

UNEVEN = problem(
    "double",
    verdict("Shape.", score=0.5, max_score=0.5),
    verdict("Values.", Verdict.FAILED, "off", max_score=3),
    verdict("More.", score=1.5, max_score=1.5),
    most=5,
)
TAKEN_OFF = replace(RIGHT, score=5, deductions=[Deduction(reason=Message("3 values returned, 2 asked"), points=1)])
SHARED = problem("halve", verdict("Halves.", Verdict.FAILED, "not run", score=1.4, max_score=2), most=2)
BROKEN = problem("halve", verdict("Halves."), verdict("All.", Verdict.GRADER_ERROR, "A person will look."), most=4)
NOTHING = problem("double", verdict("Doubles.", Verdict.FAILED, "off"), most=2)


def told(assignment: Assignment, made: Record) -> dict[str, Any]:
    return report("marks", {"MARKS_RESULTS": encoded(reported(assignment, made))})


@pytest.mark.parametrize(
    ("made", "points"),
    [
        (record(RIGHT), 6),
        (record(WRONG, RIGHT), 8),
        (record(UNEVEN, RIGHT), 8),
        (record(UNEVEN, TAKEN_OFF), 7),
        (record(UNEVEN, SHARED), 3.4),
        (record(UNEVEN, BROKEN), 2),
        (record(NOTHING), 0),
    ],
)
def test_the_sum_that_github_gets_and_the_table_in_the_log_are_the_points(assignment, made, points):
    said = told(assignment, made)
    assert said["points"] == points
    assert said["most"] == made.max_score
    assert said["table"] == pytest.approx(points)


@pytest.mark.parametrize(
    ("made", "status"),
    [(record(RIGHT), "pass"), (record(WRONG, RIGHT), "fail"), (record(WRONG, BROKEN), "error")],
)
def test_the_job_fails_where_something_is_wrong(assignment, made, status):
    (result,) = told(assignment, made)["results"]
    assert result["status"] == status
    assert result["version"] == 1


def test_a_test_that_is_worth_more_is_told_in_parts_each_with_its_name(assignment):
    (result,) = told(assignment, record(UNEVEN))["results"]
    names = [test["name"] for test in result["tests"]]
    assert names[:3] == ["double 1. Shape.", "double 2. Values. (1/6)", "double 2. Values. (2/6)"]
    assert {test["message"] for test in result["tests"] if test["status"] == "fail"} == {"off"}


def test_points_that_have_no_common_part_still_add_up(assignment):
    odd = [verdict(f"Test {number}.", score=6 / 7, max_score=6 / 7) for number in range(7)]
    said = told(assignment, record(problem("double", *odd, most=6), SHARED))
    assert said["points"] == 7.4
    assert len(said["results"][0]["tests"]) <= 2 * PARTS_MAX
    assert said["table"] == pytest.approx(7.4, abs=0.1)


def test_a_refused_hand_in_is_one_failure_that_says_why(assignment):
    refused = record(status=Status.REJECTED, max_score=10, notes=[Message("It holds a link.")])
    said = told(assignment, refused)
    assert (said["points"], said["most"], said["failed"]) == (0, 10, ["fail"])
    assert [test["message"] for test in said["results"][0]["tests"]] == ["It holds a link."]


@pytest.mark.parametrize(
    "command",
    [
        "::add-mask::x\r\n::error::y",
        ":::notice title=Autograding report::{}",
        "seen: ##[notice title=Autograding report]{}",
        "###[add-matcher]x.json",
    ],
)
def test_no_text_of_a_students_can_be_a_command_to_the_runner(assignment, command):
    hostile = say("{fault}", fault=command + "z" * 1000)
    made = record(problem("double", verdict("Doubles.", Verdict.GRADER_ERROR, hostile), most=2))
    (result,) = told(assignment, made)["results"]
    for test in result["tests"]:
        assert "::" not in test["message"]
        # The older form, which the runner obeys anywhere in a line.
        assert "##[" not in test["message"]
        assert "\n" not in test["message"]
        assert len(test["message"]) <= MESSAGE_MAX


def test_it_fits_into_a_variable_whatever_was_seen(assignment):
    tests = [verdict(f"Test {number}.", Verdict.FAILED, "梯度" * 500) for number in range(300)]
    made = encoded(reported(assignment, record(problem("double", *tests, most=600))))
    assert len(made) <= BYTES_MAX
    assert len(json.loads(base64.b64decode(made))["tests"]) == 300


def test_it_is_in_the_language_of_the_hand_in(bilingual):
    (result,) = told(bilingual, record(replace(RIGHT, tests=[]), WRONG, language="zh-CN"))["results"]
    assert result["status"] == "fail"
