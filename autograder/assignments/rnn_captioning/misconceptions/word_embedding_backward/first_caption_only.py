"""Adds the gradients of the first caption only."""

import numpy as np

BELIEF = "The captions of a minibatch are treated alike, so one stands for all."
HINT = "Change the upstream gradient of the second caption. Does your result change?"
NOTE = "A return inside the loop, or an index that stands still."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x[0], dout[0])
    return dW
