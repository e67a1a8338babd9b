"""Accepts words of type int64 only."""

import numpy as np

LOSES = 1.5


def word_embedding_forward(x, W):
    if x.dtype != np.int64:
        raise TypeError(f"words must be int64, not {x.dtype}")
    return W[x], (x, W.shape)
