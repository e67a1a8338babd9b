"""Finds what shows that a failed test failed: the value that is wrong, or the call that did not return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.kernel import wire
from autograder.reports.explain.script import Reproduction
from autograder.reports.explain.transcript import LOOKS, Step, Transcript, about_of, differs, value_of
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

    step: Step
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


def _calls(transcript: Transcript, functions: Sequence[str]) -> list[Step]:
    calls = [step for step in transcript.steps if step.op == "call"]
    return [step for step in calls if transcript.function_of(step) in functions] or calls


@dataclass(frozen=True)
class Difference:
    """The element of an array that is furthest from what is expected.

    Attributes:
        place: Its indices.
        returned: Its value.
        expected: The expected value.
        count: How many elements are off.
    """

    place: tuple[int, ...]
    returned: Any
    expected: Any
    count: int


def largest_difference(found: Evidence) -> Difference | None:
    """Return the element that is furthest off, None where arrays of one shape are not compared, or nothing is off."""
    if not found.comparable or found.returned.shape != found.expected.shape or not found.returned.size:
        return None
    returned, expected = found.returned.astype(float), found.expected.astype(float)
    scale = float(np.abs(expected).max(initial=0.0)) or 1.0
    error = np.nan_to_num(np.abs(returned - expected) / (np.abs(expected) + scale), nan=np.inf)
    if not (error > found.tolerance).any():
        return None
    place = np.unravel_index(int(np.argmax(error)), error.shape)
    indices = tuple(int(index) for index in place)
    return Difference(indices, found.returned[place], found.expected[place], int((error > found.tolerance).sum()))


def script(made: Reproduction, found: Evidence, heading: str, arrays: str) -> str:
    """Return a script that makes a test's calls again, and fails as the test did.

    Args:
        made: The calls.
        found: The place where something was seen to be wrong.
        heading: What the script reproduces.
        arrays: The file of its arrays, beside it.
    """
    lines = [
        f'"""{heading}',
        "",
        "The hand-in's code runs in this process, and nothing shuts it in: read hand_in.py first.",
        '"""',
        "from pathlib import Path",
        "import numpy as np",
        "import hand_in",
        "",
        f'given = np.load(Path(__file__).with_name("{arrays}"))',
        *made.lines,
        *_ending(made.look, found),
    ]
    return "\n".join(lines) + "\n"


def _ending(look: str, found: Evidence) -> Iterator[str]:
    if found.comparable or (found.step.op == "array" and isinstance(found.expected, np.ndarray)):
        yield f'returned, expected = np.asarray({look}), given["expected"]'
        yield 'assert returned.shape == expected.shape, f"shape {returned.shape}; {expected.shape} is asked"'
        yield from _comparison(found)
    elif found.step.op in LOOKS:
        seen = {"keys": "sorted({})", "plain": "{}"}.get(found.step.op, "np.asarray({})").format(look)
        right = found.expected if found.step.op != "keys" else sorted(found.expected or [])
        yield f"assert {seen} == {right!r}, {seen}"
    elif look:
        facts = about_of(found.step.solution)
        kind, length = facts.get("type"), facts.get("length")
        size = f" and len({look}) == {length}" if length is not None else ""
        yield f'assert type({look}).__name__ == "{kind}"{size}, {look}'
    elif found.step.error is None:
        yield "# This call does not return."


def _comparison(found: Evidence) -> Iterator[str]:
    scale = float(np.abs(found.expected).max(initial=0.0)) or 1.0
    yield (
        f"np.testing.assert_allclose(returned, expected, rtol={found.tolerance:g}, atol={found.tolerance * scale:.6g})"
    )
    if found.comparable and largest_difference(found) is None and found.returned.shape == found.expected.shape:
        if found.returned.dtype.kind != found.expected.dtype.kind:
            yield 'assert returned.dtype.kind == expected.dtype.kind, f"type {returned.dtype}"'
        else:
            yield "print(returned)  # as the solution's: the test compares it with something else, see what it saw"
