"""Looks up single numbers in the flattened W instead of its rows."""

import numpy as np

BELIEF = "np.take takes rows unless told otherwise."
HINT = "What shape has your result? How many numbers should there be for each word?"
NOTE = (
    "One number for each word. np.take and flat indices count through W as one long row; rows are taken along axis 0."
)
LOSES = 6


def word_embedding_forward(x, W):
    return np.take(W, x), (x, W.shape)
