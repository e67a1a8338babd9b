"""Makes rows only up to the largest word that occurs."""

import numpy as np

LOSES = {"word_embedding_backward": 2.0}


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros((x.max() + 1, shape[1]))
    np.add.at(dW, x, dout)
    return dW
