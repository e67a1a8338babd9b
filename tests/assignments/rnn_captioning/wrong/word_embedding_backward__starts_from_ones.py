"""Adds to an array of ones."""

import numpy as np

LOSES = {"word_embedding_backward": 8.0}


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.ones(shape)
    np.add.at(dW, x, dout)
    return dW
