"""Leaves out the gradient of word 0, as if it was <NULL> and masked."""

import numpy as np

LOSES = {"word_embedding_backward": 4.0}


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    dW[0] = 0
    return dW
