"""Gives word 0 a vector of zeros, as if padding had to be silenced here."""

import numpy as np

BELIEF = "Word 0 is <NULL>, which only fills up, so its vector is zero."
HINT = (
    "What does the task say about the vector of word 0? In which other function of the model is padding kept out of "
    "the loss?"
)
NOTE = (
    "Some libraries have a padding index that does this. Here the mask of the loss deals with padding, and the "
    "look-up treats all words alike."
)
LOSES = 5


def word_embedding_forward(x, W):
    return np.where((x == 0)[..., None], 0, W[x]), (x, W.shape)
