"""Shares become points: what opens a gate, and what is taken back."""

from __future__ import annotations

import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.course.results import Basis, ProblemResult, TestResult, Verdict
from autograder.i18n.messages import Message
from autograder.testing.case import Case
from autograder.testing.runner import Examined
from autograder.testing.scoring import Finding, summarise

PASSED, FAILED = Verdict.PASSED, Verdict.FAILED


@pytest.fixture(scope="module")
def assignment():
    return Assignment(Course(KIT_ROOT), "rnn_captioning")


def finding(name: str, verdict: Verdict = PASSED, *, gate: bool = False, worked_example: bool = False) -> Finding:
    return Finding(name, Message(name), 1.0, gate, worked_example, verdict=verdict)


def verdicts(assignment: Assignment, *findings: Finding) -> dict[str, Verdict]:
    result = summarise(assignment.problems["rnn_step_backward"], list(findings))
    return {test.id: test.verdict for test in result.tests}


def test_the_worked_example_opens_no_gate_and_a_test_of_other_values_does(assignment):
    gate, example = finding("gate", gate=True), finding("example", worked_example=True)
    assert verdicts(assignment, example, gate) == {"example": PASSED, "gate": FAILED}
    assert verdicts(assignment, example, finding("values"), finding("gate", gate=True))["gate"] is PASSED


def forgiven(assignment: Assignment, forward: Verdict) -> Finding:
    """Return a finding that rests on a mistake in the forward step, whose own test came to ``forward``."""
    test = TestResult(id="test", title=Message(""), verdict=forward, score=0, max_score=1)
    earlier = {"rnn_step_forward": ProblemResult(id="rnn_step_forward", score=0, max_score=8, tests=[test])}
    made = finding("gradient")
    made.case = Case(assignment=assignment, earlier=earlier, basis=Basis.FOLLOW_THROUGH, forgiven="rnn_step_forward")
    return made


def test_what_rests_on_an_earlier_mistake_names_the_function(assignment):
    (test,) = summarise(assignment.problems["rnn_step_backward"], [forgiven(assignment, FAILED)]).tests
    assert (test.verdict, test.basis, test.forgiven) == (PASSED, Basis.FOLLOW_THROUGH, ["rnn_step_forward"])


def test_nothing_rests_on_a_function_that_was_no_attempt_in_any_test_of_the_problem(assignment):
    other = finding("own")
    problem = assignment.problems["rnn_step_backward"]
    other.case.unfit.add("rnn_step_forward")
    for run, elsewhere in (([other], ()), ([], {"rnn_step_forward"})):
        rests = forgiven(assignment, FAILED)
        assert rests.case.earlier is not None
        examined = Examined(assignment, problem, [rests, *run], unmet=None, earlier=rests.case.earlier)
        assert examined.result(unfit=frozenset(elsewhere)).tests[0].verdict is FAILED


def test_that_a_right_function_was_allowed_for_is_a_fault_of_the_graders(assignment):
    assert verdicts(assignment, forgiven(assignment, PASSED)) == {"gradient": Verdict.GRADER_ERROR}
