"""Divides the gradient by the number of steps."""

import numpy as np

BELIEF = "A caption's gradient is the mean over its words."
HINT = "Check a word that occurs once. By which factor is its row too small?"
NOTE = "Even words that occur once are off, by the factor T. Nothing in the look-up divides."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW / x.shape[1]
