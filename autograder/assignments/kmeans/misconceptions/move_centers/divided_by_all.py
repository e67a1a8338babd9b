"""Divides the sum of a center's points by the number of all points."""

import numpy as np

BELIEF = "The mean is the sum divided by the number of points, N."
HINT = "How many points were added up for one center? By what number do you divide?"
NOTE = "len(x) in place of the number of the center's own points. All centers are drawn to zero by it."
LOSES = 8


def move_centers(x, labels, centers):
    moved = np.array(centers, dtype=float)
    for k in range(len(centers)):
        if (labels == k).any():
            moved[k] = x[labels == k].sum(axis=0) / len(x)
    return moved
