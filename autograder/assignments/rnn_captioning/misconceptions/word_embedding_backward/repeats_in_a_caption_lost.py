"""Adds caption by caption, and loses words that are repeated within one."""

import numpy as np

BELIEF = "A loop over the captions takes care of repeated words."
HINT = (
    "Your code is right as long as no caption has the same word twice. What happens at the second time in the same "
    "caption?"
)
NOTE = (
    "The loop removes repeats between captions only; dW[x[n]] += dout[n] still loses those within. <NULL> at the end "
    "of a caption is the usual case."
)
LOSES = 4


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    for n in range(len(x)):
        dW[x[n]] += dout[n]
    return dW
