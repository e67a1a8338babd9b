"""Counts how often each word occurs."""

import numpy as np

BELIEF = "Each time a word is looked up, the derivative of its vector is 1."
HINT = "Which argument has no effect on your result? What does the chain rule do with the 1?"
NOTE = "The derivative of the look-up is 1, times what comes from above. The latter was left out."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, 1)
    return dW
