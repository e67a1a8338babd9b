"""Leaves out the last word of each caption."""

import numpy as np

BELIEF = "The last word predicts nothing any more, so it gets no gradient."
HINT = "Is there a gradient in dout for the last place? Which row of your result does it go to?"
NOTE = "Words are cut off in the loss function already. This layer gets the words that were read, all of them."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x[:, :-1], dout[:, :-1])
    return dW
