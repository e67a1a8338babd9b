"""Turns the words into numbers of one byte."""

import numpy as np

BELIEF = "Words are small whole numbers, so one byte each is enough."
HINT = "How many words can the vocabulary have, and what is the largest number of your type?"
NOTE = (
    "Right for small vocabularies. Beyond 127 the numbers wrap round, and words get the vectors of others, "
    "without an error."
)
LOSES = 3


def word_embedding_forward(x, W):
    return W[x.astype(np.int8)], (x, W.shape)
