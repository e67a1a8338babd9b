"""Wrong values beside the right ones, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from autograder.i18n.messages import Message

# Fewer different numbers than this can be anything by chance.
FEWEST = 4
# Numbers no larger than this share of the largest right one can be near to anything.
SMALLEST = 1e-3


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


@dataclass(frozen=True)
class WrongValues:
    """Finite values beside the right ones.

    Attributes:
        values: The values that were returned.
        right: The right values.
        inputs: Arrays that the function was called with.
        tolerance: The largest relative error of equal values.
        others: What is right for the function's other results, by their names.
    """

    values: np.ndarray
    right: np.ndarray
    inputs: tuple[np.ndarray, ...]
    tolerance: float
    others: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def scale(self) -> float:
        """The largest of the right values."""
        return float(np.abs(self.right).max()) or 1.0

    def same(self, values: np.ndarray, right: np.ndarray) -> bool:
        """Return whether two arrays are equal except for rounding, and could not be so by chance."""
        return self._tells(right) and self.near(values, right)

    def near(self, values: np.ndarray, right: np.ndarray) -> bool:
        """Return whether two arrays are equal except for rounding."""
        return values.shape == right.shape and bool(self.near_places(values, right).all())

    def near_places(self, values: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return where two arrays of one shape are equal except for rounding."""
        # Relative to the largest value, as `expect.distance` does: tiny elements are rounding.
        places: np.ndarray = np.abs(values - right) <= self.tolerance * self.scale
        return places

    def factor(self, values: np.ndarray, right: np.ndarray) -> float | None:
        """Return the one constant that makes ``values`` of ``right``; None where there is none but by chance."""
        if values.shape != right.shape or not self._tells(right):
            return None
        # The factor that fits best by least squares; whether it fits everywhere is then checked.
        factor = float((values * right).sum() / (right * right).sum())
        return factor if abs(factor) > self.tolerance and self.near(values / factor, right) else None

    def _tells(self, right: np.ndarray) -> bool:
        # Sums that come to zero leave different numbers, which are rounding.
        return is_distinctive(right) and float(np.abs(right).max()) > SMALLEST * self.scale


def is_distinctive(right: np.ndarray, fewest: int = FEWEST) -> bool:
    """Return whether an array has enough different numbers for a pattern."""
    return len(np.unique(right)) >= fewest
