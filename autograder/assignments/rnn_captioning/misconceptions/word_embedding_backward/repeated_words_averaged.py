"""Averages the gradients of a repeated word."""

import numpy as np

BELIEF = "A word that occurs often must not get a larger gradient than one that occurs once."
HINT = (
    "The loss depends on a word's vector through each of its places. Are the parts of a derivative added or averaged?"
)
NOTE = (
    "A wish to be fair to rare words. That is a choice for an optimiser, not the gradient; a numerical check shows "
    "the sum."
)
LOSES = 4


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    counts = np.bincount(x.ravel(), minlength=shape[0])
    return dW / np.maximum(counts, 1)[:, None]
