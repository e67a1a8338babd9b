"""Divides the gradient by the number of all words in the minibatch."""

import numpy as np

BELIEF = "A gradient is the mean over everything that contributes to it."
HINT = "What is the gradient of a word that occurs once among a hundred others? And in your code?"
NOTE = "The loss has divided already. Here contributions are added."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW / x.size
