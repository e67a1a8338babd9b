"""A case keeps what one test saw, and knows what earlier problems showed of a function."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.course.results import Basis, ProblemResult, TestResult, Verdict
from autograder.i18n.messages import Message
from autograder.testing.case import Answer, Before, Case, current_case, fail, look, note, open_case, rest_on
from autograder.testing.faults import CheckFailed


@pytest.fixture
def case():
    with open_case(Case()) as opened:
        yield opened


def test_a_note_is_kept_once(case):
    note("seen")
    note("seen")
    assert case.notes == [Message("seen")]


def test_fail_carries_what_the_student_reads():
    with pytest.raises(CheckFailed) as caught:
        fail("the first row is off", "Look at h0.", "forgot_h0")
    assert (caught.value.rationale, caught.value.hint, caught.value.misconception) == (
        Message("the first row is off"),
        Message("Look at h0."),
        "forgot_h0",
    )


def test_cases_nest(case):
    with open_case(Case()) as inner:
        assert current_case() is inner
    assert current_case() is case


def test_that_a_value_was_not_returned_is_seen_before_the_test_fails(case):
    with pytest.raises(CheckFailed, match="dw is missing"):
        Answer("dw", None, "dw is missing").remote()
    assert [(one.name, one.values) for one in case.looks] == [("dw", None)]


def test_looks_are_kept_in_order(case):
    look("dx", np.ones(2))
    look("dw", None)
    assert [one.name for one in case.looks] == ["dx", "dw"]


def test_a_mark_rests_on_the_students_own_code_unless_a_test_says_otherwise(case):
    assert (case.basis, case.forgiven) == (Basis.OWN, "")
    rest_on(Basis.FOLLOW_THROUGH, "step_forward")
    assert (case.basis, case.forgiven) == (Basis.FOLLOW_THROUGH, "step_forward")


def test_trusted_code_has_made_any_mistake_and_nothing_is_forgiven_where_that_is_not_allowed():
    assert Case().before("f") == Before()
    assert Case(lenient=False).before("f") is None


ASSIGNMENT: Any = SimpleNamespace(
    problems={"rnn_step_forward": SimpleNamespace(id="rnn_step_forward", functions=("rnn_step_forward",))}
)
PASSED, FAILED, NOT_RUN = Verdict.PASSED, Verdict.FAILED, Verdict.NOT_RUN
OWN, FOLLOWED = Basis.OWN, Basis.FOLLOW_THROUGH


def earlier(*tests: tuple[Verdict, Basis, str | None, bool]) -> dict[str, ProblemResult]:
    made = [
        TestResult(
            id=str(number),
            title=Message(""),
            verdict=verdict,
            score=0,
            max_score=1,
            basis=basis,
            misconception=name,
            worked_example=example,
        )
        for number, (verdict, basis, name, example) in enumerate(tests)
    ]
    return {"rnn_step_forward": ProblemResult(id="rnn_step_forward", score=0, max_score=8, tests=made)}


def test_a_check_in_the_kernel_opens_no_gate_since_code_can_fail_it_at_almost_no_cost():
    case = Case(assignment=ASSIGNMENT, earlier=earlier((FAILED, Basis.IN_KERNEL, None, False)))
    assert case.before("rnn_step_forward") is None


@pytest.mark.parametrize(
    ("tests", "known"),
    [
        ([], None),
        ([(PASSED, OWN, None, False)], None),
        ([(PASSED, OWN, None, False), (FAILED, OWN, None, True)], None),
        ([(NOT_RUN, OWN, None, False)], None),
        ([(FAILED, OWN, None, False)], Before(frozenset(), throughout=True)),
        ([(FAILED, OWN, None, False), (PASSED, OWN, None, True)], Before(frozenset(), throughout=True)),
        ([(FAILED, OWN, "relu", False), (PASSED, OWN, None, False)], Before(frozenset({"relu"}), throughout=False)),
        ([(PASSED, FOLLOWED, None, False)], None),
        ([(FAILED, OWN, None, False), (PASSED, FOLLOWED, None, False)], Before(frozenset(), throughout=False)),
    ],
)
def test_what_is_known_of_an_earlier_mistake_comes_from_its_own_tests_but_the_worked_example(tests, known):
    case = Case(assignment=ASSIGNMENT, earlier=earlier(*tests))
    assert case.before("rnn_step_forward") == known
    assert case.before("rnn_forward") is None, "what was not marked before made no mistake that is known"
