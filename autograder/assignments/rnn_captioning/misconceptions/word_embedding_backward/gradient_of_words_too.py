"""Returns a gradient for the words in front of that for W."""

import numpy as np

BELIEF = "A backward function returns a gradient for each argument, in the order of the arguments."
HINT = "Does it mean anything to make the number of a word a little larger? What does the docstring say is returned?"
NOTE = (
    "The gradient of W is right, and comes second. Words are names of rows, no quantities: nothing can be derived "
    "with respect to them."
)
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return np.zeros(x.shape), dW
