"""Provides what hidden tests are written with and run by.

In: the hidden tests of a problem, and a way to call the functions of a submission.
Out: verdicts, points, and texts for the student. The names in `__all__` are what an assignment's own files import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.course.results import Basis
    from autograder.i18n.messages import gettext_noop as mark
    from autograder.i18n.messages import say
    from autograder.testing.case import Answer, fail, look, no_key, note, rest_on
    from autograder.testing.draw import drawn_once
    from autograder.testing.expect import (
        TOLERANCE,
        TOLERANCE_FLOAT32,
        TOLERANCE_NUMERICAL,
        array,
        close,
        distance,
        is_close,
        note_wider,
        number,
        numbers,
        raises,
        returned,
        unchanged,
    )
    from autograder.testing.faults import CheckFailed, NotRun, StudentDied, StudentError, StudentTimeout
    from autograder.testing.gradients import gradient_rightness, numerical_gradient
    from autograder.testing.leniency import Layer
    from autograder.testing.student import Remote, Student, dtype, fetch, keys, kind, length, plain
    from autograder.testing.values import same

# Names in rows: one a line would fill the screen.
__all__ = [
    "TOLERANCE", "TOLERANCE_FLOAT32", "TOLERANCE_NUMERICAL", "Answer", "Basis", "CheckFailed", "Layer", "NotRun",
    "Remote", "Student", "StudentDied", "StudentError", "StudentTimeout", "array", "close", "distance", "drawn_once",
    "dtype", "fail", "fetch", "gradient_rightness", "is_close", "keys", "kind", "length", "look", "mark", "no_key",
    "note", "note_wider", "number", "numbers", "numerical_gradient", "plain", "raises", "rest_on", "returned", "same",
    "say", "unchanged",
]  # fmt: skip
# Where each name is defined. A module is imported when a test asks for it: all that uses a part of this package imports
# this file, and most of it needs no numpy. A row for each module.
HOMES = {
    "autograder.testing.case": ("Answer", "fail", "look", "no_key", "note", "rest_on"),
    "autograder.testing.draw": ("drawn_once",),
    "autograder.testing.expect": (
        "TOLERANCE", "TOLERANCE_FLOAT32", "TOLERANCE_NUMERICAL", "array", "close", "distance", "is_close", "note_wider",
        "number", "numbers", "raises", "returned", "unchanged",
    ),
    "autograder.testing.faults": ("CheckFailed", "NotRun", "StudentDied", "StudentError", "StudentTimeout"),
    "autograder.testing.gradients": ("gradient_rightness", "numerical_gradient"),
    "autograder.testing.leniency": ("Layer",),
    "autograder.i18n.messages": ("mark", "say"),
    "autograder.course.results": ("Basis",),
    "autograder.testing.student": ("Remote", "Student", "dtype", "fetch", "keys", "kind", "length", "plain"),
    "autograder.testing.values": ("same",),
}  # fmt: skip
# Hidden tests know it by a shorter name than the kit.
DEFINED_AS = {"mark": "gettext_noop"}


def __getattr__(name: str) -> Any:
    """Return what hidden tests import by this name."""
    home = next((home for home, names in HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), DEFINED_AS.get(name, name))
    return value
