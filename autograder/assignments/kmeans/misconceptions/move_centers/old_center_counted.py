"""Counts the old center as one of the points in the mean."""

import numpy as np

BELIEF = "The center belongs to its own group, so it counts in the mean."
HINT = "Over how many things do you take the mean of a center that has two points?"
NOTE = "Often from a sum that begins with the old center. The center creeps towards the mean instead of going there."
LOSES = 8


def move_centers(x, labels, centers):
    moved = np.array(centers, dtype=float)
    for k in range(len(centers)):
        own = x[labels == k]
        moved[k] = (centers[k] + own.sum(axis=0)) / (len(own) + 1)
    return moved
