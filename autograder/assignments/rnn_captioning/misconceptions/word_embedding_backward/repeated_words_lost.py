"""Writes to dW[x], where a repeated word keeps one gradient only."""

import numpy as np

BELIEF = "dW[x] += dout adds once for each entry of x; with dW[x] = dout nothing is lost either, as dW was zero."
HINT = (
    "Let one word occur twice, with gradients 1 and 2. What should its row be, and what is it in your result? How "
    "does NumPy treat an index that is repeated?"
)
NOTE = (
    "NumPy reads dW[x] once, adds, and writes back, so the last entry wins. = and += give the same here. numpy.add.at "
    "is the unbuffered form."
)
LOSES = 4


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    dW[x] += dout
    return dW
