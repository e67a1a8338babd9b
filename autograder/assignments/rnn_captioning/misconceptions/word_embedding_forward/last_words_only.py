"""Looks up the last word of each row for all of its places."""

import numpy as np

BELIEF = "The look-up runs once for each caption, after its words were gone through."
HINT = "Change the first word of a caption. Does anything change in your result?"
NOTE = "A line behind an inner loop sees the last value of its index only."
LOSES = 5


def word_embedding_forward(x, W):
    return W[np.broadcast_to(x[:, -1:], x.shape)], (x, W.shape)
