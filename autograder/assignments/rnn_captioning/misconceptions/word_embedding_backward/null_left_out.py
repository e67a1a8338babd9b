"""Leaves out the gradient of word 0, as if it was <NULL> and masked."""

import numpy as np

BELIEF = "Word 0 is <NULL>, and padding has no gradient."
HINT = "Does the task give any word a special treatment? Where in the model is the gradient of padding made zero?"
NOTE = "The mask in the loss deals with padding. This layer knows no vocabulary: for it, 0 is a word like the others."
LOSES = 4


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    dW[0] = 0
    return dW
