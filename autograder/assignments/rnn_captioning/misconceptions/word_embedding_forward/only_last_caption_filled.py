"""Fills in the vectors of the last caption only."""

import numpy as np

BELIEF = "What stands behind the loop over the captions is done for all of them."
HINT = "Which captions have vectors in your result? Look at the indentation of the line that writes them."
NOTE = "The look-up itself is right, and it runs once."
LOSES = 5


def word_embedding_forward(x, W):
    out = np.zeros((*x.shape, W.shape[1]))
    out[-1] = W[x[-1]]
    return out, (x, W.shape)
