"""Adds up absolute differences instead of squares."""

import numpy as np

BELIEF = "The distance is how far one must go along each coordinate."
HINT = "How far apart are (0, 0) and (3, 4) on the straight way? What does your code say?"
NOTE = "The taxicab distance, perhaps from another course. Ask for the point (3, 4) by the theorem of Pythagoras."
LOSES = 8


def squared_distances(x, centers):
    return np.abs(x[:, None] - centers[None]).sum(axis=2)
