"""Adds the gradients to the weights themselves."""

import numpy as np

BELIEF = "The gradient is what has to be added to W."
HINT = "What should the row of a word hold that does not occur at all? What does yours hold?"
NOTE = (
    "Mixes up the gradient with the update that a solver makes of it. Where W itself is in the cache it is "
    "changed as well."
)
LOSES = 8


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = W.copy()
    np.add.at(dW, x, dout)
    return dW
