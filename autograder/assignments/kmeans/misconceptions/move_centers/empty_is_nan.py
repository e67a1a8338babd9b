"""Makes NaN of a center without points."""

import numpy as np

BELIEF = "Each center has some points, so each has a mean."
HINT = "What is the mean of no numbers at all? Which centers have no points?"
NOTE = "The worked example has such a center: ask what was printed there. NaN stays NaN in all later steps."
LOSES = 2.5


def move_centers(x, labels, centers):
    counts = np.bincount(labels, minlength=len(centers)).astype(float)
    sums = np.zeros(centers.shape)
    np.add.at(sums, labels, x)
    with np.errstate(invalid="ignore"):
        return sums / counts[:, None]
