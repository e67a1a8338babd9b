"""Recognises functions that nobody has begun to write: they only give back what they began with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograder.course.results import Confidence, Diagnosis, Kind, Verdict
from autograder.i18n.messages import say
from autograder.testing.case import Look
from autograder.testing.faults import CheckFailed, NoCache, StudentError
from autograder.testing.scoring import Finding

TITLE = say("Not written yet.")
HINT = say("Write the body of the function; its docstring says what it has to return.")
# What a stub raises until it is replaced.
STUB_RAISES = "NotImplementedError"


def not_attempted(findings: Sequence[Finding]) -> Diagnosis | None:
    """Return that nothing was attempted in a problem, also in its findings; None where something was.

    It holds where no test passed that says anything, and all that was seen is nothing: `None`, zeros, rows of
    ``<NULL>``, or the error that the stub raises. All but that error can also come from a mistake: there the functions'
    text must be known, and do no more than set initial values.
    """
    tests = [one for one in findings if one.verdict is not Verdict.PASSED]
    if not tests or any(one.verdict is Verdict.PASSED for one in findings if not one.gate and not one.worked_example):
        return None
    written = findings[0].case.written
    if written or not all(_nothing_seen(one) for one in findings):
        return None
    if written is None and not all(_tells_alone(one) for one in tests):
        return None
    for one in tests:
        one.pattern, one.confidence, one.hint = Kind.NOT_ATTEMPTED.value, Confidence.CERTAIN, HINT
    return Diagnosis(
        name=Kind.NOT_ATTEMPTED.value,
        kind=Kind.NOT_ATTEMPTED,
        confidence=Confidence.CERTAIN,
        title=TITLE,
        hint=HINT,
        tests=[one.id for one in tests],
    )


def _nothing_seen(finding: Finding) -> bool:
    match finding.case.fault:
        case None | NoCache():
            pass
        case StudentError(name="NameError", lines=[]):
            # The stub of a class raises where it stands, so there is no such class.
            if finding.case.written is not False:
                return False
        case StudentError(name=name):
            if name != STUB_RAISES:
                return False
        case CheckFailed(misconception=str()):
            return False
        case CheckFailed():
            pass
        case _:
            return False
    return all(map(_is_nothing, finding.case.looks))


def _is_nothing(look: Look) -> bool:
    if look.of_another or look.values is None:
        return True
    return look.values.dtype.kind in "fiub" and not np.any(look.values)


def _tells_alone(finding: Finding) -> bool:
    """Return whether a test's end alone says that nothing was attempted, whatever the function's text."""
    fault = finding.case.fault
    # A return that was forgotten gives None as well; and with more lines it is an earlier function that raises.
    return isinstance(fault, StudentError) and len(fault.lines) <= 1
