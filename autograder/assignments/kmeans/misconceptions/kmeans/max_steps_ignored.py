"""Goes on to the end, whatever max_steps is."""

import numpy as np

BELIEF = "It ends by itself, so a largest number of steps is not needed."
HINT = "Where does your code use max_steps? What must it return when that is 1?"
NOTE = "while True. Runs end by themselves, so nobody misses the limit until a test gives a small one."
LOSES = 3


def kmeans(x, centers, max_steps=100):
    labels, steps = nearest_centers(x, centers), 0
    while True:
        centers = move_centers(x, labels, centers)
        before, labels = labels, nearest_centers(x, centers)
        steps += 1
        if np.array_equal(before, labels):
            return centers, labels, steps
