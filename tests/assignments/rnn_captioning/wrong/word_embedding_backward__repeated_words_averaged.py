"""Averages the gradients of a repeated word."""

import numpy as np

LOSES = {"word_embedding_backward": 4.0}


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    counts = np.bincount(x.ravel(), minlength=shape[0])
    return dW / np.maximum(counts, 1)[:, None]
