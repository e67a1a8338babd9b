"""Finds the nearest point of each center instead of the nearest center of each point."""

import numpy as np

BELIEF = "The smallest number along axis 0 is the nearest center."
HINT = "How many labels do you return: one for each point, or one for each center?"
NOTE = (
    "The wrong axis. With as many points as centers even the shape is right: ask what an axis that is gone stood for."
)
LOSES = 6


def nearest_centers(x, centers):
    return np.argmin(squared_distances(x, centers), axis=0)
