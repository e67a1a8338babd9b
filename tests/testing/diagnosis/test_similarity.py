"""When a student's answers are those of a known mistake, and when they only look like them."""

import numpy as np
import pytest

from autograder.testing.case import Look
from autograder.testing.diagnosis.replay import CaseOutcome
from autograder.testing.diagnosis.similarity import Likeness, likeness

RIGHT = np.random.default_rng(1).normal(size=(3, 4))
WRONG = RIGHT * 2


def outcome(*values, passed=False, raised=None):
    looks = [Look(f"answer {place}", value) for place, value in enumerate(values)]
    return CaseOutcome(passed, tuple(looks), raised)


RIGHT_ONE = outcome(RIGHT, passed=True)
MISTAKE = outcome(WRONG)


@pytest.mark.parametrize("student", [WRONG, WRONG.astype(np.float32), WRONG * (1 + 1e-9)], ids=["same", "32", "off"])
def test_the_same_wrong_values_are_clear(student):
    assert likeness(outcome(student), MISTAKE, RIGHT_ONE) is Likeness.CLEAR


@pytest.mark.parametrize(
    "student",
    [
        outcome(WRONG + 1e-3),
        outcome(WRONG[:2]),
        outcome(RIGHT),
        outcome(WRONG, WRONG),
        outcome(None),
        outcome(),
        outcome(WRONG, raised="ValueError"),
        outcome(WRONG * np.nan),
    ],
    ids=["values", "shape", "right", "more", "missing", "nothing", "raised", "nan"],
)
def test_other_answers_are_not_alike(student):
    assert likeness(student, MISTAKE, RIGHT_ONE) is Likeness.NONE


def test_a_mistake_that_changes_little_must_be_met_more_closely():
    mistake = outcome(RIGHT + 1e-4)
    assert likeness(outcome(RIGHT + 1e-4 + 1e-9), mistake, RIGHT_ONE) is Likeness.CLEAR
    assert likeness(outcome(RIGHT + 0.99e-4), mistake, RIGHT_ONE) is Likeness.NONE


def test_a_mistake_that_passes_a_test_does_not_explain_why_it_failed():
    assert likeness(outcome(WRONG), outcome(WRONG, passed=True), RIGHT_ONE) is Likeness.NONE


@pytest.mark.parametrize("plain", [np.zeros((3, 4)), np.full((3, 4), np.nan), np.ones((3, 4)), None])
def test_plain_values_that_many_mistakes_give_are_blurred(plain):
    assert likeness(outcome(plain), outcome(plain), RIGHT_ONE) is Likeness.BLURRED


def test_the_same_exception_alone_says_nothing():
    raised = outcome(raised="ValueError")
    assert likeness(raised, raised, RIGHT_ONE) is Likeness.SILENT


def test_one_answer_that_tells_is_enough_beside_others_that_are_right():
    both = outcome(RIGHT, WRONG)
    assert likeness(both, both, outcome(RIGHT, RIGHT, passed=True)) is Likeness.CLEAR


def test_answers_have_to_bear_the_same_names():
    other = CaseOutcome(False, (Look("another", WRONG),))
    assert likeness(other, MISTAKE, RIGHT_ONE) is Likeness.NONE
