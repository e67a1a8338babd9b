"""Adds to an array of ones."""

import numpy as np

BELIEF = "Where the sum starts does not matter, as only the gradients that are added count."
HINT = (
    "What does your result hold for a word that never occurs? What is the derivative of the loss with respect to its "
    "vector?"
)
NOTE = (
    "Rows of absent words show it at once. Now and then it is an uninitialised array that happened to be zero before."
)
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.ones(shape)
    np.add.at(dW, x, dout)
    return dW
