"""Pairs words and gradients that are flattened in different orders."""

import numpy as np

BELIEF = "Flattened arrays of the same length belong together, place by place."
HINT = "Flatten both arrays and look at the second entries. Do they come from the same caption and step?"
NOTE = "The words run along time first, the gradients along captions, or the other way round."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x.T.ravel(), dout.reshape(-1, shape[1]))
    return dW
