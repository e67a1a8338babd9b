"""Takes the last of several centers that are equally near."""

import numpy as np

BELIEF = "When two are equally near, either will do."
HINT = "What does the docstring say of centers that are equally near, and what does a comparison with <= do there?"
NOTE = "A loop with <=. It matters when two first centers are the same point."
LOSES = 2


def nearest_centers(x, centers):
    distances = squared_distances(x, centers)
    return distances.shape[1] - 1 - np.argmin(distances[:, ::-1], axis=1)
