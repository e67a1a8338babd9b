"""Patterns of wrong values that are the right ones in other places, in another shape, or in some of their places."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from autograder.i18n.messages import say
from autograder.testing.diagnosis.wrong_values import FEWEST, SMALLEST, Pattern, WrongValues, is_distinctive

# Arrays of up to so many axes are tried with their axes in every order.
MOST_AXES = 4
# So many different numbers in a row, a column or a step tell it from the others.
FEWEST_IN_PART = 3
ORDER = say("Which axis does each of your loops run over, and in which direction?")
SHAPES = say("Write down the shapes on both sides of each product and sum, and compare the result with the one asked.")
PLACES = {
    "all_but_first": say("The values are right in all places along one axis but the first."),
    "all_but_last": say("The values are right in all places along one axis but the last."),
    "first_alone": say("The values are right in the first place along one axis alone."),
    "last_alone": say("The values are right in the last place along one axis alone."),
    "right_at_first": say("The values are right in the first places along one axis alone."),
    "right_at_last": say("The values are right in the last places along one axis alone."),
}
ROUNDS = say("What is different in the first and in the last round of your loop?")


def another(wrong: WrongValues) -> Pattern | None:
    """Find what belongs to another of the function's results."""
    for name, right in wrong.others.items():
        # Its own values turned round belong to no other result.
        turned = () if np.array_equal(right, wrong.right) else (wrong.values, wrong.values.T)
        for values in turned:
            if wrong.factor(values, right) is not None:
                return Pattern(
                    "another_result",
                    say("What is returned here belongs to {name}.", name=name),
                    say(
                        "Follow each result from the line that computes it to the place where it is returned or stored."
                    ),
                )
    return None


def axes(wrong: WrongValues) -> Pattern | None:
    """Find axes in another order."""
    values, right = wrong.values, wrong.right
    if not 2 <= right.ndim <= MOST_AXES or values.ndim != right.ndim:
        return None
    for order in permutations(range(right.ndim)):
        if order != tuple(range(right.ndim)):
            factor = wrong.factor(values.transpose(order), right)
            if factor is not None:
                title = say("The values are the right ones with their axes swapped.")
                if abs(factor - 1) > wrong.tolerance:
                    title = say("The values are the right ones with their axes swapped, and times a constant.")
                return Pattern("transposed", title, SHAPES)
    return None


def shape(wrong: WrongValues) -> Pattern | None:
    """Find the right values in another shape, summed, or in part."""
    values, right = wrong.values, wrong.right
    if values.shape == right.shape:
        return _summed_and_repeated(wrong) if is_distinctive(right) else None
    # Where only axes of length 1 differ, fewer numbers tell enough.
    alike = values.squeeze().shape == right.squeeze().shape
    if not is_distinctive(right, FEWEST_IN_PART if alike else FEWEST):
        return None
    if values.size == right.size and wrong.near(values.reshape(right.shape), right):
        return Pattern("reshaped", say("The values are the right ones in another shape."), SHAPES)
    return _sums(wrong) or _one_place(wrong) or _length(wrong)


def _sums(wrong: WrongValues) -> Pattern | None:
    values, right = wrong.values, wrong.right
    hint = say("Which axes are asked for in the result?")
    for axis in range(values.ndim):
        if wrong.same(values.sum(axis=axis), right):
            title = say("The values are the right ones before a sum over one axis.")
            return Pattern("not_summed", title, say("Which axis has to disappear, and by which operation?"))
    for axis in range(right.ndim):
        if wrong.same(values, right.sum(axis=axis)):
            return Pattern("summed", say("The values are the right ones summed over one axis."), hint)
    # One number that is a sum of so many is no chance, unless it is near zero.
    if values.size == 1 and abs(right.sum()) > SMALLEST * wrong.scale and wrong.near(values.ravel()[0], right.sum()):
        return Pattern("summed", say("The values are the right ones summed to one number."), hint)
    return None


def _summed_and_repeated(wrong: WrongValues) -> Pattern | None:
    for axis in range(wrong.right.ndim):
        total = wrong.right.sum(axis=axis, keepdims=True)
        if wrong.right.shape[axis] > 1 and wrong.factor(wrong.values, np.broadcast_to(total, wrong.right.shape)):
            title = say("All places along one axis hold the sum or the mean of the right values.")
            return Pattern("summed_and_repeated", title, say("Which axes are asked for in the result?"))
    return None


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


def _length(wrong: WrongValues) -> Pattern | None:
    """Find right values with places in front or behind that are too many, or missing."""
    values, right = wrong.values, wrong.right
    if values.ndim != right.ndim:
        return None
    for axis in range(right.ndim):
        count = min(values.shape[axis], right.shape[axis])
        if not count or values.shape[:axis] + values.shape[axis + 1 :] != right.shape[:axis] + right.shape[axis + 1 :]:
            continue
        short, best = ("values", right) if values.shape[axis] < right.shape[axis] else ("right", values)
        kept = values if short == "values" else right
        for part in (slice(0, count), slice(-count, None)):
            if wrong.same(kept, best[(slice(None),) * axis + (part,)]):
                title = (
                    say("Places are missing along one axis; the others are right.")
                    if short == "values"
                    else say("There are places too many along one axis; the others are right.")
                )
                return Pattern(
                    "wrong_length", title, say("How long is each axis of the result, and where is that said?")
                )
    return None


def in_reverse(wrong: WrongValues) -> Pattern | None:
    """Find the right values in reverse order along an axis."""
    if wrong.values.shape != wrong.right.shape:
        return None
    for axis in range(wrong.right.ndim):
        if wrong.right.shape[axis] > 1 and wrong.same(np.flip(wrong.values, axis), wrong.right):
            return Pattern("reversed", say("The values are the right ones in reverse order along one axis."), ORDER)
    return None


def shifted(wrong: WrongValues) -> Pattern | None:
    """Find the right values one place off along an axis."""
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


def partly(wrong: WrongValues) -> Pattern | None:
    """Find answers that are right except at the first or last places along an inner axis (time), or only there."""
    if wrong.values.shape != wrong.right.shape:
        return None
    for axis in range(1, wrong.right.ndim - 1):
        values, right = np.moveaxis(wrong.values, axis, 0), np.moveaxis(wrong.right, axis, 0)
        good = [wrong.near(one, other) for one, other in zip(values, right, strict=True)]
        if len(good) > 2 and 0 < sum(good) < len(good):
            found = _place(good, values, right, wrong)
            if found is not None:
                return found
    return None


def first_row(wrong: WrongValues) -> Pattern | None:
    """Find answers that are right for the first example alone."""
    values, right = wrong.values, wrong.right
    if values.shape != right.shape or right.ndim < 2 or len(right) < 3:
        return None
    good = np.all(wrong.near_places(values, right).reshape(len(right), -1), axis=1).tolist()
    # Of other rows, one that is right or wrong may be chance.
    if not good[0] or any(good[1:]) or not is_distinctive(right[0], FEWEST_IN_PART):
        return None
    title = say("The values are right in the first row alone.")
    return Pattern(
        "first_row_alone", title, say("What does a row take from the rows before it, and what should it take?")
    )


def _place(good: list[bool], values: np.ndarray, right: np.ndarray, wrong: WrongValues) -> Pattern | None:
    parts = np.array(good)
    if not wrong.same(values[parts], right[parts]):
        return None
    count = sum(good)
    sides = [side for side, part in (("first", good[:count]), ("last", good[-count:])) if all(part)]
    if not sides:
        return None
    # All but one at the other end, one alone, or several.
    lacking = "last" if sides[0] == "first" else "first"
    name = (
        f"all_but_{lacking}"
        if count == len(good) - 1
        else f"{sides[0]}_alone"
        if count == 1
        else f"right_at_{sides[0]}"
    )
    return Pattern(name, PLACES[name], ROUNDS)


def elsewhere(wrong: WrongValues) -> Pattern | None:
    """Find the right values in other places altogether."""
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


def misplaced(wrong: WrongValues) -> Pattern | None:
    """Find parts along an axis that are all right ones, or zero, but not all in their own places."""
    values, right = wrong.values, wrong.right
    if values.shape != right.shape or right.ndim < 2:
        return None
    for axis in range(right.ndim):
        given, best = (np.moveaxis(one, axis, 0).reshape(one.shape[axis], -1) for one in (values, right))
        if len(best) < 2 or not all(is_distinctive(part, FEWEST_IN_PART) for part in best):
            continue
        filled = given[np.any(given, axis=1)]
        fits = np.all(wrong.near_places(filled[:, None], best[None]), axis=2)
        if len(filled) < 2 or not np.any(fits, axis=1).all():
            continue
        found = {int(np.argmax(row)) for row in fits}
        hint = say("Which index do you read in each round, and into which place do you write?")
        if len(found) == 1:
            title = say("One part along one axis stands in all places.")
            return Pattern("repeated", title, hint)
        title = say("The parts along one axis are right ones, but not all in their own places.")
        return Pattern("misplaced", title, hint)
    return None


def accumulated(wrong: WrongValues) -> Pattern | None:
    """Find running sums of the right values."""
    values, right = wrong.values, wrong.right
    if values.shape != right.shape:
        return None
    for axis in range(right.ndim):
        if right.shape[axis] > 1:
            for way in (slice(None), slice(None, None, -1)):
                turned = (slice(None),) * axis + (way,)
                if wrong.same(values[turned], np.cumsum(right[turned], axis=axis)):
                    title = say("Each value is the sum of all right ones up to it along one axis.")
                    return Pattern("accumulated", title, say("What has to be set anew in each round of your loop?"))
    return None


def left_zero(wrong: WrongValues) -> Pattern | None:
    """Find right values among zeros."""
    values, right = wrong.values, wrong.right
    if values.shape != right.shape:
        return None
    good = wrong.near_places(values, right)
    if good.all() or values[~good].any() or not is_distinctive(values[good]):
        return None
    title = say("Some of the values are right, and all others are zero.")
    return Pattern("left_zero", title, say("Which places does your code write to, and how often does each loop run?"))
