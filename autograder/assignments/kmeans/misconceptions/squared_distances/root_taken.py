"""Returns distances instead of their squares."""

import numpy as np

BELIEF = "A distance has a root, so the result needs one, too."
HINT = "What is the element for the points (0, 0) and (3, 4): 5 or 25?"
NOTE = "Reads over the word squared. The labels come out right all the same: ask what the docstring says of an element."
LOSES = 8


def squared_distances(x, centers):
    return np.sqrt(np.square(x[:, None] - centers[None]).sum(axis=2))
