"""Leaves out the first word of each caption."""

import numpy as np

BELIEF = "The first word is <START>, which is given and not learned."
HINT = "Does any word get special treatment in what is asked? To which row does the first gradient go?"
NOTE = "<START> has a vector that is trained like all others; and this layer knows nothing of it."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x[:, 1:], dout[:, 1:])
    return dW
