"""Names the ways in which a hidden test ends without having passed.

Student code raised, took too long or ended its process; an answer is not as asked; or the test could not be run. What
is raised says what a student may read of it, and carries what diagnoses need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.i18n.messages import Text, say


class StudentFault(Exception):
    """Something that student code did instead of returning."""


class StudentError(StudentFault):
    """The student's code raised.

    Attributes:
        name: The exception's class name.
        text: Its message.
        lines: The student's own lines that led to it, outermost first.
        bases: The names of the classes that the exception's is derived from.
    """

    def __init__(self, name: str, text: str, lines: list[str], bases: Sequence[str] = ()) -> None:
        super().__init__(f"{name}: {text}" if text else name)
        self.name, self.text, self.lines, self.bases = name, text, lines, tuple(bases)


class StudentTimeout(StudentFault):
    """The student's code ran longer than a test may.

    Attributes:
        seconds: The limit.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"stopped after {seconds:g} seconds")
        self.seconds = seconds


class StudentDied(StudentFault):
    """The process that holds the student's code ended."""


class KernelLost(Exception):
    """A kernel ended because the process that had forked it ended: not its code's fault."""


@dataclass(frozen=True)
class Comparison:
    """The values that `autograder.testing.expect.close` compared: for staff, never for students.

    Attributes:
        name: The answer's name in the handout.
        value: What the student returned, as a `autograder.testing.student.Remote`; None when it was not returned.
        expected: The right values.
        tolerance: The largest `autograder.testing.expect.distance` that is right.
        others: What is right for the function's other results, by their names.
    """

    name: str
    # Any, because the module of `Remote` raises these faults, and so imports this one.
    value: Any
    expected: np.ndarray
    tolerance: float
    others: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class PlainComparison:
    """The values that `autograder.testing.values.same` compared: for staff, never for students.

    Attributes:
        value: What the student returned, as a `autograder.testing.student.Remote`.
        returned: What of it was read.
        expected: The right value.
        tolerance: The largest error of a number that is right.
    """

    value: Any
    returned: Any
    expected: Any
    tolerance: float


class CheckFailed(Exception):
    """An answer is not as asked.

    Args:
        rationale: What was seen; with ``values`` a template, see `autograder.i18n.messages.say`.
        hint: What to look at.
        misconception: The name of a known mistake.
        pattern: The name of a pattern that the values show; the rationale is what is said of it.
        values: The values that are filled in.

    Attributes:
        rationale: What was seen.
        hint: What to look at.
        misconception: The name of a known mistake.
        pattern: The name of a pattern.
        comparison: What was compared, where `close` failed.
        plain_comparison: What was compared, where `same` failed.
    """

    def __init__(
        self,
        rationale: Text,
        hint: Text = "",
        misconception: str | None = None,
        pattern: str | None = None,
        **values: Any,
    ) -> None:
        self.rationale, self.hint = say(rationale, **values), say(hint)
        self.misconception, self.pattern = misconception, pattern
        super().__init__(self.rationale)
        self.comparison: Comparison | None = None
        self.plain_comparison: PlainComparison | None = None


class NotRun(Exception):
    """A test could not be run because of an earlier fault.

    Args:
        reason: The fault; with ``values`` a template, see `autograder.i18n.messages.say`.
        values: The values that are filled in.
    """

    def __init__(self, reason: Text, **values: Any) -> None:
        self.reason = say(reason, **values)
        super().__init__(self.reason)


class NoCache(NotRun):
    """A backward function could not be called, because its forward function returned no cache."""
