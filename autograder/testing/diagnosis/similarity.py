"""Measures how much two runs of a hidden test are alike: one on a student's code, one on a known mistake."""

from __future__ import annotations

import enum

import numpy as np

from autograder.testing.case import Look
from autograder.testing.diagnosis.replay import CaseOutcome
from autograder.testing.diagnosis.sketch import KeptLook, fits
from autograder.testing.expect import TOLERANCE

# A share of the difference that the mistake makes: values closer to the mistake's than this are its values.
EFFECT = 1e-3
# A share of the largest value: rounding alone.
ROUNDING = 1e-7


class Likeness(enum.Enum):
    """How much a student's answers are those of a known mistake."""

    NONE = "none"
    SILENT = "silent"  # both raised before anything telling was seen
    BLURRED = "blurred"  # the same, but so plain that other mistakes give it too: zeros, nothing, NaN
    CLEAR = "clear"


def likeness(student: CaseOutcome, wrong: CaseOutcome, right: CaseOutcome) -> Likeness:
    """Return how much the answers of a student's code are those of a known mistake, in a test that failed.

    Args:
        student: What the test saw of the student's code.
        wrong: What it sees of the mistake.
        right: What it sees of the solution.
    """
    # A mistake that would have ended the test elsewhere is another one.
    if wrong.passed or student.raised != wrong.raised or len(student.looks) != len(wrong.looks):
        return Likeness.NONE
    # One answer that no other mistake is likely to give is enough, if all others agree.
    telling = False
    blurred = student.raised is None
    for place, (given, other) in enumerate(zip(student.looks, wrong.looks, strict=True)):
        best = right.looks[place] if place < len(right.looks) else None
        if given.name != other.name or not _agree(given, other, best):
            return Likeness.NONE
        telling = telling or is_telling(other, best)
    if telling:
        return Likeness.CLEAR
    return Likeness.BLURRED if blurred else Likeness.SILENT


def _agree(given: Look, other: Look, right: Look | None) -> bool:
    if not isinstance(given, KeptLook):
        return alike(given.values, other.values, right)
    if other.values is None:
        return given.sketch.shape is None
    return fits(given.sketch, other.values, allowed(other.values, right))


def alike(given: np.ndarray | None, other: np.ndarray | None, right: Look | None) -> bool:
    """Return whether two answers are the same except for rounding."""
    if given is None or other is None:
        return given is other
    if given.shape != other.shape:
        return False
    if not given.size:
        return True
    return bool((elementwise_distance(given, other) <= allowed(other, right)).all())


def elementwise_distance(given: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the elementwise distance; two NaNs, or twice the same infinity, are at distance 0."""
    first, second = given.astype(float), other.astype(float)
    with np.errstate(all="ignore"):
        distance = np.abs(first - second)
    same = (first == second) | (np.isnan(first) & np.isnan(second))
    return np.where(same, 0.0, np.where(np.isnan(distance), np.inf, distance))


def allowed(other: np.ndarray, right: Look | None) -> float:
    """Return how far apart two answers may be: far less than the mistake is from what is right."""
    values = np.abs(other.astype(float))
    finite = values[np.isfinite(values)]
    scale = float(finite.max()) if finite.size else 1.0
    if right is None or right.values is None or right.values.shape != other.shape:
        return TOLERANCE * scale
    distance = elementwise_distance(other, right.values)
    effect = float(distance[np.isfinite(distance)].max(initial=0.0))
    if not effect:
        return TOLERANCE * scale
    return min(max(ROUNDING * scale, EFFECT * effect), TOLERANCE * scale)


def is_telling(other: Look, right: Look | None) -> bool:
    """Return whether an answer is wrong in a way that no other mistake is likely to hit by chance."""
    values = other.values
    if values is None or not values.size:
        return False
    numbers = values.astype(float)
    if not np.isfinite(numbers).all() or not numbers.any():
        return False
    # An array of one repeated value is what many mistakes end in.
    if numbers.size > 1 and len(np.unique(numbers)) == 1:
        return False
    if right is None or right.values is None or right.values.shape != values.shape:
        return True
    return not alike(values, right.values, None)
