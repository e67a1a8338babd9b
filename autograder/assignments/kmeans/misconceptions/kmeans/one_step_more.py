"""Makes one step more than max_steps."""

import numpy as np

BELIEF = "The first step does not count, since it only begins."
HINT = "How often does your code call move_centers when max_steps is 1?"
NOTE = "range(max_steps + 1), or a first step before the loop. Ask to count the calls for max_steps = 1."
LOSES = 3


def kmeans(x, centers, max_steps=100):
    labels = nearest_centers(x, centers)
    for steps in range(1, max_steps + 2):
        centers = move_centers(x, labels, centers)
        before, labels = labels, nearest_centers(x, centers)
        if np.array_equal(before, labels):
            break
    return centers, labels, steps
