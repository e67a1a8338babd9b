"""Leaves out the last caption."""

import numpy as np

BELIEF = "range(N - 1) runs up to the last caption."
HINT = "How many captions does your loop visit? Print the indices, and compare them with the rows of x."
NOTE = "A loop up to N - 1: range leaves its end out already. A single caption gives nothing but zeros."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x[:-1], dout[:-1])
    return dW
