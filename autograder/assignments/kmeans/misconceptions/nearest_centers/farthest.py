"""Takes the center that is farthest away."""

import numpy as np

BELIEF = "The best center has the largest value."
HINT = "Is the value of the center that you choose the smallest or the largest of its row?"
NOTE = "argmax out of habit, from scores. Ask what the numbers of a row mean."
LOSES = 6


def nearest_centers(x, centers):
    return np.argmax(squared_distances(x, centers), axis=1)
