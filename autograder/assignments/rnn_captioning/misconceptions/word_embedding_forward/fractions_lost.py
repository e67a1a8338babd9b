"""Writes the vectors into an array of integers."""

import numpy as np

BELIEF = "The result has the type of the words that are looked up."
HINT = "Print a vector of yours beside the row of W. What has become of its fractions? Which type has your array?"
NOTE = "np.zeros_like of the words makes integers, and NumPy cuts fractions off without a warning."
LOSES = 6


def word_embedding_forward(x, W):
    out = np.zeros((*x.shape, W.shape[1]), dtype=x.dtype)
    out[:] = W[x]
    return out, (x, W.shape)
