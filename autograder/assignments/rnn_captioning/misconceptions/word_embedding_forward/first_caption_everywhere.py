"""Looks up the first caption for all rows."""

import numpy as np

BELIEF = "The rows of a minibatch are alike, so the index of the row may stand still."
HINT = "Change a word of the second caption. Does your result change, and should it?"
NOTE = "The index of the caption is missing from the read."
LOSES = 5


def word_embedding_forward(x, W):
    return W[np.broadcast_to(x[:1], x.shape)], (x, W.shape)
