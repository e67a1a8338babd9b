"""Finds what shows that a failed test failed: the value that is wrong, or the call that did not return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.kernel import wire
from autograder.reports.explain.transcript import LOOKS, Transcript, TranscriptStep, differs, value_of
from autograder.testing.expect import TOLERANCE
from autograder.testing.faults import CheckFailed, Comparison, StudentFault


@dataclass(frozen=True)
class Evidence:
    """The place where a test saw that something is wrong.

    Attributes:
        step: The look at a value, or the call.
        returned: The value that the student's code gave there; None when it is no array and no plain value.
        expected: The value that the test compared it with; where a test looks in a way of its own, the solution's
            value.
        tolerance: The largest relative error that is right.
    """

    step: TranscriptStep
    returned: Any = None
    expected: Any = None
    tolerance: float = TOLERANCE

    @property
    def comparable(self) -> bool:
        """Whether both values are arrays, or at least numbers."""
        return isinstance(self.returned, np.ndarray) and isinstance(self.expected, np.ndarray)


def evidence(transcript: Transcript, functions: Sequence[str]) -> Evidence | None:
    """Return where a test saw that something is wrong; None when it asked nothing.

    Args:
        transcript: What the test asked.
        functions: The functions that the problem's stub defines.
    """
    fault, steps = transcript.case.fault, transcript.steps
    if not steps:
        return None
    if isinstance(fault, StudentFault | wire.WireError):
        stopped = [step for step in steps if step.error is not None or step.reply is None]
        return Evidence((stopped or steps)[-1])
    if isinstance(fault, CheckFailed) and fault.comparison is not None:
        return _compared(transcript, functions, fault.comparison)
    return _looked_at(transcript, functions)


def _compared(transcript: Transcript, functions: Sequence[str], comparison: Comparison) -> Evidence | None:
    value = comparison.value
    if value is None:  # too few values were returned, or a key is missing
        lacking = [step for step in transcript.steps if step.op == "keys" and differs(step, TOLERANCE)]
        for step in (*lacking[-1:], *_calls(transcript, functions)[-1:]):
            return Evidence(step, value_of(step.reply), value_of(step.solution))
        return None
    looks = [step for step in transcript.steps if step.op == "array" and step.target == value._number]
    if not looks:
        maker = transcript.maker(value._number)
        return Evidence(maker, None, comparison.expected, comparison.tolerance) if maker else None
    return Evidence(looks[-1], value_of(looks[-1].reply), comparison.expected, comparison.tolerance)


def _looked_at(transcript: Transcript, functions: Sequence[str]) -> Evidence | None:
    """Return the first value of the problem's that is not the solution's; failing that, the last that was looked at."""
    looks = [step for step in transcript.steps if step.op in LOOKS]
    own = [step for step in looks if transcript.function_of(step) in functions]
    wrong = [step for step in (*own, *looks) if differs(step, TOLERANCE)]
    for step in (*wrong[:1], *own[-1:], *looks[-1:]):
        return Evidence(step, value_of(step.reply), value_of(step.solution))
    calls = _calls(transcript, functions)
    return Evidence(calls[-1]) if calls else None


def _calls(transcript: Transcript, functions: Sequence[str]) -> list[TranscriptStep]:
    calls = [step for step in transcript.steps if step.op == "call"]
    return [step for step in calls if transcript.function_of(step) in functions] or calls


@dataclass(frozen=True)
class Difference:
    """The element of an array that is furthest from what is expected.

    Attributes:
        place: Its indices, one for each axis.
        returned: What the student's code gave there.
        expected: What is expected there.
        count: How many elements are further off than is tolerated.
    """

    place: tuple[int, ...]
    returned: Any
    expected: Any
    count: int


def largest_difference(found: Evidence) -> Difference | None:
    """Return the element that is furthest off, None where arrays of one shape are not compared, or nothing is off."""
    if not found.comparable or found.returned.shape != found.expected.shape:
        return None
    returned, expected = found.returned.astype(float), found.expected.astype(float)
    scale = float(np.abs(expected).max(initial=0.0)) or 1.0
    error = np.nan_to_num(np.abs(returned - expected) / (np.abs(expected) + scale), nan=np.inf)
    if not (error > found.tolerance).any():
        return None
    place = np.unravel_index(int(np.argmax(error)), error.shape)
    indices = tuple(int(index) for index in place)
    return Difference(indices, found.returned[place], found.expected[place], int((error > found.tolerance).sum()))
