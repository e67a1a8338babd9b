"""Divides the gradient by the number of captions."""

import numpy as np

BELIEF = "Gradients of parameters are averages over the minibatch, so every layer divides by N."
HINT = "Which function has divided by the number of captions already? Check a single word that occurs once."
NOTE = (
    "Even words that occur once are off, by the factor N. The upstream gradient comes from a loss that is an average "
    "already."
)
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW / len(x)
