"""Adds with dW[x] += dout, where a repeated word keeps one gradient only."""

import numpy as np

LOSES = {"word_embedding_backward": 4.0}


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    dW[x] += dout
    return dW
