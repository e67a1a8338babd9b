"""Sketches answers: as much of each is kept in a record as tells whether another one is the same.

A sketch has the shape of an array, the largest size of its elements, and a few sums of all its elements under fixed
weights that are drawn at random. Arrays that differ in nothing but rounding have the same sums but for rounding;
arrays that differ by more than ten times as much have them by chance once in some ten thousand pairs. Nobody can read
a hidden input or a right value off it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from autograder.course.results import AnswerSketch, Sketch
from autograder.testing.case import Look
from autograder.testing.diagnosis.replay import CaseOutcome
from autograder.testing.expect import TOLERANCE, distance
from autograder.testing.faults import CheckFailed, Comparison

SUMS = 4
# How many times as far as single elements two sums may be apart: a sum has the spread of one element, and is within
# four of them but for one time in 16,000.
ROOM = 4.0
# The digits that are kept: far more than what is compared.
DIGITS = 9
# What stands for elements that are no finite numbers, in units of the largest one that is.
NAN, INFINITE, MINUS_INFINITE = 3.0, 5.0, -7.0
NUMBERS = "fiub"


@dataclass(frozen=True)
class KeptLook(Look):
    """What a test of a marking that is over saw of one answer; its values are gone.

    Attributes:
        sketch: What is kept of them.
    """

    sketch: AnswerSketch


def kept_looks(sketch: Sketch) -> tuple[Look, ...]:
    """Return what a test saw of answers, as far as its sketch holds it."""
    return tuple(KeptLook(answer.name, None, answer) for answer in sketch.answers)


def sketch_of(outcome: CaseOutcome, fault: BaseException | None) -> Sketch:
    """Return the sketch of what a failed test saw.

    Args:
        outcome: What it saw.
        fault: What ended it; a comparison that failed says where an answer is furthest off.
    """
    comparison = fault.comparison if isinstance(fault, CheckFailed) else None
    last = len(outcome.looks) - 1
    answers = [answer_sketch(look, comparison if place == last else None) for place, look in enumerate(outcome.looks)]
    return Sketch(answers=answers, raised=outcome.raised)


def answer_sketch(look: Look, comparison: Comparison | None = None) -> AnswerSketch:
    """Return the sketch of one answer.

    Args:
        look: The answer.
        comparison: What it was compared with, where it was found wrong.
    """
    if look.values is None:
        return AnswerSketch(name=look.name)
    scale, sums = scale_and_sums(look.values)
    place = value = None
    if comparison is not None and comparison.name == look.name and look.values.shape == comparison.expected.shape:
        place, value = furthest_off(look.values, comparison.expected)
    return AnswerSketch(
        name=look.name,
        shape=[*look.values.shape],
        scale=rounded(scale),
        sums=[rounded(one) for one in sums],
        place=place,
        value=value,
    )


def scale_and_sums(values: np.ndarray) -> tuple[float, list[float]]:
    """Return the largest finite size of an array's elements and their weighted sums in units of it.

    There are no sums where the elements are no numbers, or where there are none.
    """
    if values.dtype.kind not in NUMBERS or not values.size:
        return 0.0, []
    numbers = values.astype(float).ravel()
    finite = np.isfinite(numbers)
    scale = float(np.abs(numbers[finite]).max(initial=0.0))
    numbers = np.where(finite, numbers, 0.0) / (scale or 1.0)
    if not finite.all():
        odd = values.astype(float).ravel()
        numbers[np.isnan(odd)], numbers[odd == np.inf], numbers[odd == -np.inf] = NAN, INFINITE, MINUS_INFINITE
    return scale, [float(one) for one in weights(numbers.size) @ numbers]


@lru_cache(64)
def weights(size: int) -> np.ndarray:
    """Return the weights of the sums, of shape (`SUMS`, size); the same in every version of NumPy."""
    # RandomState, whose stream NumPy has promised not to change: sketches of different years are compared.
    made: np.ndarray = np.random.RandomState(SUMS).standard_normal((SUMS, size)) / np.sqrt(size)
    return made


def furthest_off(values: np.ndarray, expected: np.ndarray) -> tuple[list[int], float | None]:
    """Return the place where values are furthest from what is right, and the value there; None if it is not finite."""
    with np.errstate(all="ignore"):
        error = distance(values.astype(float), expected)
    # A NaN is the furthest: argmax takes the first.
    place = np.unravel_index(int(np.argmax(error)), error.shape)
    value = float(values[place])
    return [int(index) for index in place], rounded(value) if np.isfinite(value) else None


def rounded(value: float) -> float:
    """Return a number with as many digits as are kept."""
    return float(f"{value:.{DIGITS}g}")


def fits(kept: AnswerSketch, values: np.ndarray, tolerance: float) -> bool:
    """Return whether an answer of which a sketch is kept is the same as another one, except for rounding.

    Args:
        kept: The sketch.
        values: The other answer, that of a known mistake.
        tolerance: How far apart their elements may be.
    """
    if kept.shape is None or tuple(kept.shape) != values.shape:
        return False
    scale, sums = scale_and_sums(values)
    return not values.size or (bool(sums) and _near(kept, scale, sums, tolerance))


def same_answer(one: AnswerSketch, other: AnswerSketch) -> bool:
    """Return whether two answers are the same except for rounding, by their sketches."""
    if (one.name, one.shape, len(one.sums)) != (other.name, other.shape, len(other.sums)):
        return False
    return _near(one, other.scale, other.sums, TOLERANCE * max(one.scale, other.scale))


def _near(kept: AnswerSketch, scale: float, sums: list[float], tolerance: float) -> bool:
    if len(kept.sums) != len(sums) or abs(kept.scale - scale) > tolerance:
        return False
    # In units of the scale: sums of very large elements would overflow.
    within = ROOM * tolerance / (scale or 1.0) + 10.0 ** (1 - DIGITS)
    return all(abs(mine - its) <= within for mine, its in zip(kept.sums, sums, strict=True))
