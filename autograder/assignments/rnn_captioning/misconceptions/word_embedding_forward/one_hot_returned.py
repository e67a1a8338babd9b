"""Returns one-hot vectors of length V and never uses the weights."""

import numpy as np

BELIEF = "The embedding of a word is its one-hot vector."
HINT = "Which of your arguments has no effect? How long should the vector of a word be: V, or D?"
NOTE = (
    "The first half of a right solution: a one-hot row times W is the row of W. The student stopped, or does not see "
    "that the vectors are learned."
)
LOSES = 6


def word_embedding_forward(x, W):
    return np.eye(len(W))[x], (x, W.shape)
