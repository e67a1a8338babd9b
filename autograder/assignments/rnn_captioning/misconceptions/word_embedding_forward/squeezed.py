"""Removes all axes of length 1 from the output."""

import numpy as np

BELIEF = "Axes of length 1 carry nothing, so they may be dropped."
HINT = "Which shape is asked for one caption of one word? Try it."
NOTE = "Code that reads the result counts on three axes. It fails for a minibatch of one, or captions of one word."
LOSES = 1


def word_embedding_forward(x, W):
    return np.squeeze(W[x]), (x, W.shape)
