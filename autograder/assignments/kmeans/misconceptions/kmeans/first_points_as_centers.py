"""Begins with the first points instead of the centers that are given."""

import numpy as np

BELIEF = "k-means begins with some of the points as centers."
HINT = "Where does your code use the centers that it is given, besides their number?"
NOTE = "A recipe from elsewhere, in which k-means chooses its own start. The argument is never read."
LOSES = 8


def kmeans(x, centers, max_steps=100):
    centers = x[: len(centers)].copy()
    labels = nearest_centers(x, centers)
    for steps in range(1, max_steps + 1):
        centers = move_centers(x, labels, centers)
        before, labels = labels, nearest_centers(x, centers)
        if np.array_equal(before, labels):
            break
    return centers, labels, steps
