"""Draws points and centers that hidden tests use."""

from __future__ import annotations

import numpy as np


def blobs(rng: np.random.Generator, count: int, places: int, D: int) -> np.ndarray:
    """Draw points around some places, in no order.

    Args:
        rng: Where random numbers come from.
        count: The number of points.
        places: The number of places.
        D: The number of coordinates.

    Returns:
        The points, shape (count, D).
    """
    middles = 4 * rng.normal(size=(places, D))
    points: np.ndarray = middles[rng.integers(places, size=count)] + rng.normal(size=(count, D))
    return points
