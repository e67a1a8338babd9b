"""Moves a center to the median of its points."""

import numpy as np

BELIEF = "The middle of the points is their median."
HINT = "Of which middle does the text say that it has the smallest sum of squared distances?"
NOTE = "That is k-medians, which belongs to another distance. Ask for a center with the points 0, 0 and 9 on a line."
LOSES = 6


def move_centers(x, labels, centers):
    moved = np.array(centers, dtype=float)
    for k in range(len(centers)):
        if (labels == k).any():
            moved[k] = np.median(x[labels == k], axis=0)
    return moved
