"""Adds the gradients of the last caption only."""

import numpy as np

BELIEF = "A line behind the loop over the captions is done for each of them."
HINT = "Which words have a gradient in your result? How often does the line run that adds them?"
NOTE = "Either the line stands outside the loop, or the result is made anew in each round."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x[-1], dout[-1])
    return dW
