"""What nobody has begun is told from a mistake, by what tests see and by whether there is anything in the text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.course.results import Kind, Verdict
from autograder.i18n.messages import Message
from autograder.testing.case import Case, Look
from autograder.testing.diagnosis.attempted import not_attempted
from autograder.testing.faults import CheckFailed, NoCache, StudentDied, StudentError
from autograder.testing.scoring import Finding

ZEROS, ONES = np.zeros((2, 3)), np.ones((2, 3))
NO_CLASS = StudentError("NameError", "RoadMap is not defined", [])
STUB = StudentError("NotImplementedError", "f", ["f, line 2: raise NotImplementedError"])


def finding(fault, *values, written: bool | None = False, gate=False, verdict=Verdict.FAILED, name="h") -> Finding:
    looks = [Look(name, one) for one in values]
    return Finding("t", Message("t"), 1.0, gate, verdict=verdict, case=Case(fault=fault, looks=looks, written=written))


OFF = CheckFailed("h is off")
PASSED: Any = {"fault": None, "verdict": Verdict.PASSED}


@pytest.mark.parametrize(
    "findings",
    [
        [finding(OFF, None)],
        [finding(OFF, ZEROS), finding(OFF, ZEROS.astype(int))],
        [finding(NoCache("no cache"), verdict=Verdict.NOT_RUN)],
        [finding(OFF, ZEROS), finding(**PASSED, gate=True)],
        [finding(STUB)],
        [finding(STUB, written=None)],
        [finding(NO_CLASS)],
    ],
)
def test_nothing_is_not_attempted_and_each_test_that_did_not_pass_says_so(findings):
    made = not_attempted(findings)
    assert made is not None
    assert (made.kind, made.name) == (Kind.NOT_ATTEMPTED, "not_attempted")
    assert {one.pattern for one in findings if one.verdict is not Verdict.PASSED} == {"not_attempted"}
    assert {one.pattern for one in findings if one.verdict is Verdict.PASSED} <= {None}


@pytest.mark.parametrize(
    "findings",
    [
        [finding(OFF, ZEROS, written=True)],
        [finding(OFF, None, written=None)],  # a return that was forgotten
        [finding(OFF, ZEROS, written=None)],
        [finding(OFF, ONES)],
        [finding(OFF, ZEROS), finding(OFF, ONES)],
        [finding(OFF, ZEROS), finding(**PASSED)],
        [finding(**PASSED)],
        [finding(StudentError("ValueError", "f", []))],
        [finding(StudentDied())],
        [finding(NO_CLASS, written=None)],
        [finding(NO_CLASS, written=True)],
        [finding(StudentError("NameError", "name 'h' is not defined", ["f, line 2: return h"]))],
        [finding(CheckFailed("known", "", "start_in_output"), ZEROS)],
        [finding(StudentError("NotImplementedError", "g", ["f, line 1: g()", "g, line 1: raise"]), written=None)],
    ],
)
def test_what_may_be_a_mistake_is_not_called_so(findings):
    assert not_attempted(findings) is None
    assert {one.pattern for one in findings} == {None}
