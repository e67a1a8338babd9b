"""Returns None for the words in front of the gradient of W."""

import numpy as np

BELIEF = "There is a place for each argument in what a backward function returns, even where it has no gradient."
HINT = "What does the docstring say is returned? What does a caller get who takes the first of your values?"
NOTE = "The gradient of W comes second: see whether it is right. That the words have none is seen; then nothing stands for it."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return None, dW
