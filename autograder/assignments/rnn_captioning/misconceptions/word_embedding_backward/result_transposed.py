"""Returns the gradient in the shape (D, V)."""

import numpy as np

BELIEF = "Each word's gradient is a column."
HINT = "Compare the shape of your result with that of W: which axis belongs to the words?"
NOTE = "The numbers are right. An optimiser could not add it to W."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW.T
