"""Recognises general patterns of wrong values: what can be said of an answer when no known mistake is behind it.

A pattern says how the values differ from the right ones (by a sign, a factor, an order, a place), never what the right
ones are. It is said only where it could not be so by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from autograder.i18n.messages import Message, say

# Fewer different numbers than this can be anything by chance.
FEWEST = 4
# Arrays of up to so many axes are tried with their axes in every order.
MOST_AXES = 4
# A factor or a divisor up to this size is named, because it is most often the length of an axis.
LARGEST_FACTOR = 1000
ORDER = say("Which axis does each of your loops run over, and in which direction?")
SHAPES = say("Write down the shapes on both sides of each product and sum, and compare the result with the one asked.")


@dataclass(frozen=True)
class Pattern:
    """A way in which wrong values differ from the right ones.

    Attributes:
        name: The pattern's name in records.
        title: A sentence for the student.
        hint: What to look at.
    """

    name: str
    title: Message
    hint: Message


def pattern(values: np.ndarray, right: np.ndarray, inputs: Sequence[np.ndarray], tolerance: float) -> Pattern | None:
    """Return the pattern that wrong values show; None when they show none.

    Args:
        values: The values that the student's function returned, of any shape.
        right: The right values, of any shape.
        inputs: Arrays that the function was called with.
        tolerance: The largest relative error of equal values.
    """
    # Of text, objects or nothing, nothing can be computed.
    if values.dtype.kind not in "fiub" or not values.size or not right.size:
        return None
    given = values.astype(float)
    if not np.isfinite(given).all():
        return _not_finite(given)
    wrong = WrongValues(given, right.astype(float), tuple(inputs), tolerance)
    if given.shape == right.shape and not given.any():
        return Pattern(
            "zeros",
            say("All values are zero."),
            say("Is the array that you return the one that you fill? Is every part of it written before the return?"),
        )
    return next(filter(None, (find(wrong) for find in FINDERS)), None)


@dataclass(frozen=True)
class WrongValues:
    """Finite values beside the right ones.

    Attributes:
        values: The values that were returned.
        right: The right values.
        inputs: Arrays that the function was called with.
        tolerance: The largest relative error of equal values.
    """

    values: np.ndarray
    right: np.ndarray
    inputs: tuple[np.ndarray, ...]
    tolerance: float

    def same(self, values: np.ndarray, right: np.ndarray) -> bool:
        """Return whether two arrays are equal except for rounding, and could not be so by chance."""
        return is_distinctive(right) and self.near(values, right)

    def near(self, values: np.ndarray, right: np.ndarray) -> bool:
        """Return whether two arrays are equal except for rounding."""
        # Relative to the largest value, as `expect.distance` does: tiny elements are rounding.
        scale = float(np.abs(self.right).max()) or 1.0
        return values.shape == right.shape and bool((np.abs(values - right) <= self.tolerance * scale).all())


def is_distinctive(right: np.ndarray) -> bool:
    """Return whether an array has enough different numbers for a pattern."""
    return len(np.unique(right)) >= FEWEST


def _not_finite(values: np.ndarray) -> Pattern:
    title = say("All values are NaN.") if np.isnan(values).all() else say("Some values are NaN or infinite.")
    hint = say("Look for a division by zero, an overflow in exp, or 0 * inf; NaN in one place spreads with every sum.")
    return Pattern("not_finite", title, hint)


def _echo(wrong: WrongValues) -> Pattern | None:
    for given in wrong.inputs:
        if is_distinctive(given) and given.shape == wrong.values.shape and np.array_equal(given, wrong.values):
            return Pattern(
                "input_echoed",
                say("What is returned is one of the arrays that the function was called with, unchanged."),
                say("Is the result of your computation what you return?"),
            )
    return None


def _sign(wrong: WrongValues) -> Pattern | None:
    if not wrong.same(-wrong.values, wrong.right):
        return None
    return Pattern(
        "sign_flipped",
        say("The values are the right ones with the opposite sign."),
        say("Look for a minus sign that is missing, or one too many."),
    )


def _scaled(wrong: WrongValues) -> Pattern | None:
    values, right = wrong.values, wrong.right
    if values.shape != right.shape or not is_distinctive(right):
        return None
    # The factor that fits best by least squares; whether it fits everywhere is then checked.
    factor = float((values * right).sum() / (right * right).sum())
    if abs(factor) < wrong.tolerance or abs(factor - 1) < wrong.tolerance or not wrong.same(values / factor, right):
        return None
    hint = say("Look for a sum where a mean is asked, a mean where a sum is asked, or a term that is counted twice.")
    return Pattern("scaled", _factor_title(factor, wrong.tolerance), hint)


def _factor_title(factor: float, tolerance: float) -> Message:
    whole, part = round(factor), round(1 / factor)
    if abs(factor - whole) < tolerance * abs(factor) and 1 < abs(whole) <= LARGEST_FACTOR:
        return say("The values are the right ones times {factor}.", factor=whole)
    if abs(1 / factor - part) < tolerance / abs(factor) and 1 < abs(part) <= LARGEST_FACTOR:
        return say("The values are the right ones divided by {factor}.", factor=part)
    return say("The values are the right ones times a constant.")


def _offset(wrong: WrongValues) -> Pattern | None:
    if wrong.values.shape != wrong.right.shape:
        return None
    difference = wrong.values - wrong.right
    if not wrong.same(wrong.values - difference.mean(), wrong.right):
        return None
    return Pattern(
        "offset",
        say("The values are the right ones plus a constant."),
        say("What do your sums start from?"),
    )


def _axes(wrong: WrongValues) -> Pattern | None:
    values, right = wrong.values, wrong.right
    if not 2 <= right.ndim <= MOST_AXES or values.ndim != right.ndim:
        return None
    for order in permutations(range(right.ndim)):
        if order != tuple(range(right.ndim)) and wrong.same(values.transpose(order), right):
            return Pattern("transposed", say("The values are the right ones with their axes swapped."), SHAPES)
    return None


def _shape(wrong: WrongValues) -> Pattern | None:
    values, right = wrong.values, wrong.right
    if values.shape == right.shape or not is_distinctive(right):
        return None
    if values.size == right.size and wrong.same(values.reshape(right.shape), right):
        return Pattern("reshaped", say("The values are the right ones in another shape."), SHAPES)
    for axis in range(values.ndim):
        if wrong.same(values.sum(axis=axis), right):
            title = say("The values are the right ones before a sum over one axis.")
            return Pattern("not_summed", title, say("Which axis has to disappear, and by which operation?"))
    for axis in range(right.ndim):
        if wrong.same(values, right.sum(axis=axis)):
            title = say("The values are the right ones summed over one axis.")
            return Pattern("summed", title, say("Which axes are asked for in the result?"))
    return _one_place(wrong)


def _one_place(wrong: WrongValues) -> Pattern | None:
    for axis in range(wrong.right.ndim):
        for place in (0, -1):
            if wrong.right.shape[axis] > 1 and wrong.same(wrong.values, wrong.right.take(place, axis=axis)):
                title = (
                    say("Only the first part along one axis is returned.")
                    if place == 0
                    else say("Only the last part along one axis is returned.")
                )
                return Pattern("one_part", title, say("What do you keep of each round of your loop?"))
    return None


def _reversed(wrong: WrongValues) -> Pattern | None:
    if wrong.values.shape != wrong.right.shape:
        return None
    for axis in range(wrong.right.ndim):
        if wrong.right.shape[axis] > 1 and wrong.same(np.flip(wrong.values, axis), wrong.right):
            return Pattern("reversed", say("The values are the right ones in reverse order along one axis."), ORDER)
    return None


def _shifted(wrong: WrongValues) -> Pattern | None:
    if wrong.values.shape != wrong.right.shape:
        return None
    for axis in range(wrong.right.ndim):
        values, right = np.moveaxis(wrong.values, axis, 0), np.moveaxis(wrong.right, axis, 0)
        if len(right) > 2 and (wrong.same(values[1:], right[:-1]) or wrong.same(values[:-1], right[1:])):
            return Pattern(
                "shifted",
                say("The values are the right ones, one place off along one axis."),
                say("Which index do you read, and which do you write, in the first round of your loop?"),
            )
    return None


def _partly(wrong: WrongValues) -> Pattern | None:
    """Find answers that are right except at the first or last place along an inner axis (time), or only there."""
    if wrong.values.shape != wrong.right.shape:
        return None
    for axis in range(1, wrong.right.ndim - 1):
        values, right = np.moveaxis(wrong.values, axis, 0), np.moveaxis(wrong.right, axis, 0)
        good = [wrong.near(one, other) for one, other in zip(values, right, strict=True)]
        if len(good) > 2 and sum(good) in (1, len(good) - 1):
            found = _place(good, values, right, wrong)
            if found is not None:
                return found
    return None


def _place(good: list[bool], values: np.ndarray, right: np.ndarray, wrong: WrongValues) -> Pattern | None:
    parts = np.array(good)
    if not wrong.same(values[parts], right[parts]):
        return None
    hint = say("What is different in the first and in the last round of your loop?")
    titles = {
        (True, 0): ("all_but_first", say("The values are right in all places along one axis but the first.")),
        (True, -1): ("all_but_last", say("The values are right in all places along one axis but the last.")),
        (False, 0): ("first_alone", say("The values are right in the first place along one axis alone.")),
        (False, -1): ("last_alone", say("The values are right in the last place along one axis alone.")),
    }
    many = int(parts.sum()) > 1
    for place in (0, -1):
        if good[place] is not many:
            name, title = titles[many, place]
            return Pattern(name, title, hint)
    return None


def _truncated(wrong: WrongValues) -> Pattern | None:
    values, right = wrong.values, wrong.right
    # Right values that are whole numbers have no fractions to lose.
    if values.shape != right.shape or np.array_equal(np.round(right), right):
        return None
    for cut in (np.trunc, np.round, np.floor):
        if len(np.unique(values)) > 1 and np.array_equal(values, cut(right)):
            return Pattern(
                "truncated",
                say("The values are the right ones without their fractions."),
                say("An array of integers keeps no fractions: which type has the array that you write into?"),
            )
    return None


def _elsewhere(wrong: WrongValues) -> Pattern | None:
    values, right = wrong.values, wrong.right
    if values.shape != right.shape or right.ndim < 2 or len(np.unique(right)) < right.size // 2:
        return None
    if not wrong.same(np.sort(values, axis=None), np.sort(right, axis=None)):
        return None
    return Pattern(
        "in_other_places",
        say("All the right values are there, but not in their places."),
        say(
            "reshape keeps the order of the elements in memory: it swaps no axes. Where do you need transpose instead?"
        ),
    )


# In the order of how much each says: the first that fits is the one that is named.
FINDERS: tuple[Callable[[WrongValues], Pattern | None], ...] = (
    _echo,
    _sign,
    _scaled,
    _offset,
    _axes,
    _shape,
    _reversed,
    _shifted,
    _partly,
    _elsewhere,
    _truncated,
)
