"""Returns the labels from before the last move of the centers."""

import numpy as np

BELIEF = "The labels that moved the centers are the labels of these centers."
HINT = "When max_steps ends it, of which centers are the labels that you return?"
NOTE = "Assign, then move, then return. At the end of a full run nobody sees it; with few steps it shows."
LOSES = 3


def kmeans(x, centers, max_steps=100):
    labels = nearest_centers(x, centers)
    for steps in range(1, max_steps + 1):
        centers = move_centers(x, labels, centers)
        new = nearest_centers(x, centers)
        if steps == max_steps or np.array_equal(new, labels):
            return centers, labels, steps
        labels = new
