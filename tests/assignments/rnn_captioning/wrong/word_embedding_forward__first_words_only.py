"""Looks up the first word of each row for all of it."""

import numpy as np

LOSES = {"word_embedding_forward": 5.0}


def word_embedding_forward(x, W):
    return W[np.broadcast_to(x[:, :1], x.shape)], (x, W.shape)
