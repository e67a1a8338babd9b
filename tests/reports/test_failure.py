"""In what way a problem lost its points."""

from __future__ import annotations

import pytest

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
from autograder.reports.failure import Failure, failure_of

RAISED = "Your code raised {fault}{lines}"
STUB = say(RAISED, fault="NotImplementedError: f: replace this line with your code", lines="")
CRASH = say(RAISED, fault="ValueError: shapes", lines="\nf, line 3: a @ b")
ENDLESS = say("Your code was still running after {seconds:.3g} seconds.", seconds=1.0)
ENDED = Message("Your code ended the process that it ran in.")
WRONG = say("{name} is off", name="dx")
NOT_RUN = Message("Not run: earlier tests of this problem ended or hung the process.")
DIAGNOSIS = Diagnosis(
    name="recurrence_lost", kind=Kind.MISCONCEPTION, confidence=Confidence.LIKELY, title=Message("Loses it.")
)


def result(*tests, score=0.0, diagnoses=(), deductions=(), basis=Basis.OWN):
    return ProblemResult(
        id="f",
        score=score,
        max_score=4.0,
        tests=[
            TestResult(
                id=f"t{index}",
                title=Message("t"),
                verdict=verdict,
                score=0.0,
                max_score=2.0,
                message=message,
                basis=basis,
            )
            for index, (verdict, message) in enumerate(tests)
        ],
        diagnoses=list(diagnoses),
        deductions=list(deductions),
    )


FAILED, SKIPPED = Verdict.FAILED, Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (result((Verdict.PASSED, Message("")), score=4.0), None),
        (result((Verdict.GRADER_ERROR, Message("")), (FAILED, CRASH)), Failure.GRADER_ERROR),
        (result((SKIPPED, NOT_RUN), basis=Basis.SHARE), Failure.SHARE),
        (result((FAILED, STUB), (FAILED, STUB)), Failure.NOT_ATTEMPTED),
        (result((FAILED, STUB), (FAILED, WRONG)), Failure.CRASHED),
        (result((FAILED, ENDLESS), (SKIPPED, NOT_RUN), diagnoses=[DIAGNOSIS]), Failure.ENDLESS),
        (result((FAILED, ENDED), (SKIPPED, NOT_RUN)), Failure.ENDED),
        (result((FAILED, WRONG), (FAILED, CRASH), diagnoses=[DIAGNOSIS]), Failure.KNOWN),
        (result((FAILED, WRONG), (FAILED, CRASH)), Failure.CRASHED),
        (result((FAILED, WRONG)), Failure.UNKNOWN),
        (result((SKIPPED, NOT_RUN)), Failure.NOT_RUN),
        (
            result((Verdict.PASSED, Message("")), score=3.0, deductions=[Deduction(reason=WRONG, points=1.0)]),
            Failure.DEDUCTION,
        ),
    ],
)
def test_it_is_what_the_record_knows(found, wanted):
    assert failure_of(found) is wanted


def test_records_that_hold_no_templates_say_the_same():
    assert failure_of(result((FAILED, Message(str(ENDLESS))))) is Failure.ENDLESS
    assert failure_of(result((FAILED, Message(str(STUB))))) is Failure.NOT_ATTEMPTED


def test_an_exceptions_text_cannot_pass_for_another_kind():
    text = say(RAISED, fault=f"ValueError: {ENDLESS}", lines="")
    assert failure_of(result((FAILED, text))) is Failure.CRASHED
    # Its own name can be chosen; it still is an exception's.
    assert (
        failure_of(result((FAILED, say(RAISED, fault="Your code was still running after", lines=""))))
        is Failure.CRASHED
    )


def test_a_diagnosis_that_nothing_was_attempted_is_believed():
    nothing = Diagnosis(
        name="not_attempted", kind=Kind.NOT_ATTEMPTED, confidence=Confidence.CERTAIN, title=Message("Not written yet.")
    )
    assert failure_of(result((FAILED, WRONG), diagnoses=[nothing])) is Failure.NOT_ATTEMPTED
