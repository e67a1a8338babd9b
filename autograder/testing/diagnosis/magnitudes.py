"""Patterns of wrong values that are computed from the right ones, each in its own place."""

from __future__ import annotations

import numpy as np

from autograder.i18n.messages import Message, say
from autograder.testing.diagnosis.wrong_values import Pattern, WrongValues, is_distinctive

# A factor or a divisor up to this size is named, because it is most often the length of an axis.
LARGEST_FACTOR = 1000
# So many numbers that all fit one factor or one term do not fit by chance.
FEWEST_ALIKE = 3
# Values that are no further off, relative to the largest, are right but for few digits.
FEW_DIGITS = 1e-3
FUNCTIONS = (
    (np.tanh, say("The values are the right ones with tanh applied to them.")),
    (np.abs, say("The values are the right ones without their signs.")),
    (np.square, say("The values are the squares of the right ones.")),
    (np.exp, say("The values are the right ones with exp applied to them.")),
)


def echo(wrong: WrongValues) -> Pattern | None:
    """Find an input that is returned as it was."""
    for given in wrong.inputs:
        if is_distinctive(given) and given.shape == wrong.values.shape and np.array_equal(given, wrong.values):
            return Pattern(
                "input_echoed",
                say("What is returned is one of the arrays that the function was called with, unchanged."),
                say("Is the result of your computation what you return?"),
            )
    return None


def sign(wrong: WrongValues) -> Pattern | None:
    """Find the opposite sign."""
    if not wrong.same(-wrong.values, wrong.right):
        return None
    return Pattern(
        "sign_flipped",
        say("The values are the right ones with the opposite sign."),
        say("Look for a minus sign that is missing, or one too many."),
    )


def scaled(wrong: WrongValues) -> Pattern | None:
    """Find one factor."""
    factor = wrong.factor(wrong.values, wrong.right)
    if factor is None or abs(factor - 1) < wrong.tolerance:
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


def offset(wrong: WrongValues) -> Pattern | None:
    """Find one constant that was added."""
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


def function_applied(wrong: WrongValues) -> Pattern | None:
    """Find values that are a function of the right ones."""
    for function, title in FUNCTIONS:
        if wrong.same(wrong.values, function(wrong.right)):
            return Pattern(
                "function_applied",
                title,
                say("Is there an operation in your formula that is not in the one asked for?"),
            )
    return None


def clipped(wrong: WrongValues) -> Pattern | None:
    """Find values that are cut off at their own smallest or largest."""
    values, right = wrong.values, wrong.right
    if values.shape != right.shape or not wrong.near(values, np.clip(right, values.min(), values.max())):
        return None
    cut = ~wrong.near_places(values, right)
    # A single value that is off is now and then the largest by chance, but hardly a round number then.
    is_round = bool((np.round(values[cut], 1) == values[cut]).all())
    if (cut.sum() < FEWEST_ALIKE and not is_round) or not is_distinctive(values):
        return None
    return Pattern(
        "clipped",
        say("The values are the right ones, cut off at a smallest or a largest value."),
        say("Which step of your computation limits values? Does the formula ask for that?"),
    )


def scaled_by_place(wrong: WrongValues) -> Pattern | None:
    """Find factors that are the same along all axes but one."""
    values, right = wrong.values, wrong.right
    if values.shape != right.shape or right.ndim < 2:
        return None
    for axis in range(right.ndim):
        given, best = (np.moveaxis(one, axis, 0).reshape(one.shape[axis], -1) for one in (values, right))
        if best.shape[1] < FEWEST_ALIKE or len(best) < 2:
            continue
        size = (best * best).sum(axis=1, keepdims=True)
        factors = (given * best).sum(axis=1, keepdims=True) / np.where(size > 0, size, 1)
        if factors[size > 0].all() and wrong.same(given, factors * best):
            return Pattern(
                "scaled_by_place",
                say("The values are the right ones times a factor that differs from place to place along one axis."),
                say("What do you multiply or divide by, and does it change from example to example or step to step?"),
            )
    return None


def term_added(wrong: WrongValues) -> Pattern | None:
    """Find one of the inputs, or one vector, that was added everywhere."""
    values, right = wrong.values, wrong.right
    if values.shape != right.shape:
        return None
    added = values - right
    hint = say("Write the formula down term by term, and tick off each term that your code computes.")
    for given in wrong.inputs:
        if given.dtype.kind == "f" and is_distinctive(given) and _fits(given, right):
            term = np.broadcast_to(given, right.shape)
            if wrong.near(added, term):
                title = say("The values are the right ones plus one of the arrays that the function was called with.")
                return Pattern("input_added", title, hint)
            if wrong.near(added, -term):
                title = say("The values are the right ones less one of the arrays that the function was called with.")
                return Pattern("input_subtracted", title, hint)
            if wrong.near(values, right * term):
                title = say("The values are the right ones times one of the arrays that the function was called with.")
                return Pattern("input_multiplied", title, hint)
    # Of two numbers each, that they are the same says little.
    if right.ndim == 2 and len(right) >= FEWEST_ALIKE and wrong.same(added, np.broadcast_to(added[:1], right.shape)):
        return Pattern("vector_added", say("The values are the right ones plus the same vector in each row."), hint)
    return None


def _fits(given: np.ndarray, right: np.ndarray) -> bool:
    return given.ndim <= right.ndim and given.shape == right.shape[right.ndim - given.ndim :]


def truncated(wrong: WrongValues) -> Pattern | None:
    """Find fractions that were cut off."""
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


def few_digits(wrong: WrongValues) -> Pattern | None:
    """Find values that are all right to a few digits."""
    values, right = wrong.values, wrong.right
    if values.shape != right.shape or not is_distinctive(right):
        return None
    error = np.abs(values - right) / wrong.scale
    if error.max() > FEW_DIGITS or (error > wrong.tolerance).mean() < 0.5:
        return None
    return Pattern(
        "few_digits",
        say("The values are right to a few digits only."),
        say(
            "Which step is only nearly right: a numerical gradient, a small number that is added, a type of few digits?"
        ),
    )
