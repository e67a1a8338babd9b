"""Does not count the step that changes no label."""

import numpy as np

BELIEF = "A step in which nothing happens is no step."
HINT = (
    "How many steps are made when the centers that are given are right already? What does the docstring say of "
    "the last one?"
)
NOTE = "steps += 1 stands after the test for the end. Ask for the check of the notebook by hand."
LOSES = 2


def kmeans(x, centers, max_steps=100):
    labels, steps = nearest_centers(x, centers), 0
    while steps < max_steps:
        centers = move_centers(x, labels, centers)
        new = nearest_centers(x, centers)
        if np.array_equal(new, labels):
            break
        labels, steps = new, steps + 1
    return centers, labels, steps
