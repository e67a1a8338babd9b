"""Fills in the vector of the last word only."""

import numpy as np

BELIEF = "The line below both loops runs for each word."
HINT = "Which places of your result are zero? How often does the line run that fills them?"
NOTE = "The line that writes stands outside the inner loop. Indentation decides what is repeated."
LOSES = 5


def word_embedding_forward(x, W):
    out = np.zeros((*x.shape, W.shape[1]))
    out[:, -1] = W[x[:, -1]]
    return out, (x, W.shape)
