"""Recognises general patterns of wrong values: what can be said of an answer when no known mistake is behind it.

A pattern says how the values differ from the right ones (by a sign, a factor, an order, a place), never what the right
ones are. It is said only where it could not be so by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from autograder.i18n.messages import say
from autograder.testing.diagnosis import arrangements, magnitudes
from autograder.testing.diagnosis.wrong_values import Pattern, WrongValues

# In the order of how much each says: the first that fits is the one that is named.
FINDERS: tuple[Callable[[WrongValues], Pattern | None], ...] = (
    magnitudes.echo,
    magnitudes.sign,
    magnitudes.scaled,
    magnitudes.offset,
    arrangements.another,
    arrangements.axes,
    arrangements.shape,
    arrangements.in_reverse,
    arrangements.shifted,
    magnitudes.term_added,
    magnitudes.function_applied,
    magnitudes.clipped,
    magnitudes.scaled_by_place,
    arrangements.accumulated,
    arrangements.misplaced,
    arrangements.partly,
    arrangements.first_row,
    arrangements.elsewhere,
    arrangements.left_zero,
    magnitudes.truncated,
    magnitudes.few_digits,
)


def pattern(
    values: np.ndarray,
    right: np.ndarray,
    inputs: Sequence[np.ndarray],
    tolerance: float,
    others: Mapping[str, np.ndarray] | None = None,
) -> Pattern | None:
    """Return the pattern that wrong values show; None when they show none.

    Args:
        values: The values that the student's function returned, of any shape.
        right: The right values, of any shape.
        inputs: Arrays that the function was called with.
        tolerance: The largest relative error of equal values.
        others: What is right for the function's other results, by their names.
    """
    # Of text, objects or nothing, nothing can be computed.
    if values.dtype.kind not in "fiub" or not values.size or not right.size:
        return None
    given = values.astype(float)
    if not np.isfinite(given).all():
        return _not_finite(given)
    wrong = WrongValues(given, right.astype(float), tuple(inputs), tolerance, others or {})
    if given.shape == right.shape and not given.any():
        return Pattern(
            "zeros",
            say("All values are zero."),
            say("Is the array that you return the one that you fill? Is every part of it written before the return?"),
        )
    return next(filter(None, (find(wrong) for find in FINDERS)), None)


def _not_finite(values: np.ndarray) -> Pattern:
    title = say("All values are NaN.") if np.isnan(values).all() else say("Some values are NaN or infinite.")
    hint = say("Look for a division by zero, an overflow in exp, or 0 * inf; NaN in one place spreads with every sum.")
    return Pattern("not_finite", title, hint)
