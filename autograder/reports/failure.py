"""Says in what way a problem lost its points, by what its record knows."""

from __future__ import annotations

from enum import StrEnum

from autograder.course.results import ProblemResult, TestResult, Verdict
from autograder.testing.diagnosis.attempted import STUB_RAISES
from autograder.testing.runner import ENDED, RAISED, STILL_RUNNING


class Failure(StrEnum):
    """The ways in which a problem loses points, in the order in which a report lists them."""

    GRADER_ERROR = "grader_error"
    NOT_ATTEMPTED = "not_attempted"
    NOT_RUN = "not_run"
    ENDED = "ended_process"
    ENDLESS = "endless"
    CRASHED = "crashed"
    KNOWN = "known"
    UNKNOWN = "unknown"
    DEDUCTION = "deduction"
    SHARE = "share"


WORDS = {
    Failure.GRADER_ERROR: "the grader failed",
    Failure.NOT_ATTEMPTED: "not attempted",
    Failure.NOT_RUN: "not run: an earlier function gives it nothing to work on",
    Failure.ENDED: "ended its process",
    Failure.ENDLESS: "did not end in time",
    Failure.CRASHED: "raised an exception",
    Failure.KNOWN: "wrong, and known",
    Failure.UNKNOWN: "wrong, and unknown",
    Failure.DEDUCTION: "right, with points taken off",
    Failure.SHARE: "not run: has another problem's share",
}


def failure_of(result: ProblemResult) -> Failure | None:
    """Return in what way a problem lost points; None where it lost none."""
    failed = [test for test in result.tests if test.verdict is Verdict.FAILED]
    # The first that holds.
    ways = (
        (result.unresolved, Failure.GRADER_ERROR),
        (result.score >= result.max_score, None),
        (result.shared, Failure.SHARE),
        (_is_not_attempted(result, failed), Failure.NOT_ATTEMPTED),
        (any(_begins_as(test, ENDED) for test in failed), Failure.ENDED),
        (any(_begins_as(test, STILL_RUNNING) for test in failed), Failure.ENDLESS),
        (bool(result.diagnoses), Failure.KNOWN),
        (any(_begins_as(test, RAISED) for test in failed), Failure.CRASHED),
        (bool(failed), Failure.UNKNOWN),
        (bool(result.deductions), Failure.DEDUCTION),
        (True, Failure.NOT_RUN),
    )
    return next(kind for holds, kind in ways if holds)


def _is_not_attempted(result: ProblemResult, failed: list[TestResult]) -> bool:
    if result.not_attempted:
        return True
    stub = RAISED.partition("{")[0] + STUB_RAISES
    return bool(failed) and all(str(test.message).startswith(stub) for test in failed)


def raised_text(test: TestResult) -> str:
    """Return the exception that a test's code raised, and behind it the lines that led there; empty if it raised none.

    From the text that is read: records of version 1 and those under pseudonyms hold no other.
    """
    begin = RAISED.partition("{")[0]
    return str(test.message).removeprefix(begin) if _begins_as(test, RAISED) else ""


def _begins_as(test: TestResult, template: str) -> bool:
    """Return whether a test's message is of a template; records of version 1 hold the text alone."""
    # What student code can shape is filled in behind the first words.
    return test.message.template.startswith(template.partition("{")[0])
