"""Adds the gradient to the row before that of the word."""

import numpy as np

BELIEF = "Words are counted from 1 and rows from 0."
HINT = "Which row does the look-up read for word 3, and which row does your gradient go to?"
NOTE = (
    "Word 0 silently writes to the last row. Ask whether the forward function shifts the words as well: the two must "
    "agree."
)
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x - 1, dout)
    return dW
