"""Moves a center to the sum of its points instead of their mean."""

import numpy as np

BELIEF = "A center is what its points add up to."
HINT = "Where do the centers go when each point is given twice? Where should they go?"
NOTE = "The division by the number of points is missing. Ask for a center with two points on a line."
LOSES = 8


def move_centers(x, labels, centers):
    return np.array([x[labels == k].sum(axis=0) if (labels == k).any() else centers[k] for k in range(len(centers))])
