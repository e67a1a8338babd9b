"""Has a row for each center and a column for each point."""

import numpy as np

BELIEF = "It does not matter which of the two comes first."
HINT = "What does the docstring say of the element [n, k], and what stands there in your result?"
NOTE = "The transpose of what is asked. It shows as a wrong shape except where there are as many points as centers."
LOSES = 8


def squared_distances(x, centers):
    return np.square(centers[:, None] - x[None]).sum(axis=2)
