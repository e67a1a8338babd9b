"""A failed test about which nothing better is known says what to look at, by how it ended."""

from __future__ import annotations

import pytest

from autograder.i18n.messages import NOTHING, Message
from autograder.kernel.wire import WireError
from autograder.testing.case import NO_KEY, Case
from autograder.testing.default_hints import ANY_ERROR, BY_ERROR, ENDED, ENDLESS, UNREADABLE, default_hint
from autograder.testing.faults import CheckFailed, StudentDied, StudentError, StudentTimeout
from autograder.testing.scoring import Finding


@pytest.mark.parametrize(
    ("fault", "hint"),
    [
        (StudentError("KeyError", "h", []), BY_ERROR["KeyError"]),
        (StudentError("OfTheirOwn", "", []), ANY_ERROR),
        (StudentTimeout(5), ENDLESS),
        (StudentDied(), ENDED),
        (WireError("no frame"), UNREADABLE),
        (CheckFailed("dx is off"), NOTHING),
        (CheckFailed(NO_KEY, dictionary="grads", key="b"), BY_ERROR["KeyError"]),
        (None, NOTHING),
    ],
)
def test_a_hint_goes_by_what_ended_the_test(fault, hint):
    assert default_hint(Finding("t", Message("t"), 1.0, gate=False, case=Case(fault=fault))) == hint
