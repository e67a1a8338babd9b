"""Looks up the first word of each row for all of its places."""

import numpy as np

BELIEF = "One look-up for each caption is enough."
HINT = "Change the second word of a caption. Does your result change, and should it?"
NOTE = (
    "An index over the examples alone, as in picking one right class for each example. Here there are N times T words."
)
LOSES = 5


def word_embedding_forward(x, W):
    return W[np.broadcast_to(x[:, :1], x.shape)], (x, W.shape)
