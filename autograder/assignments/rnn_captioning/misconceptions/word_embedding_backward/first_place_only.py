"""Gives each word the gradient of the first place in which it occurs."""

import numpy as np

BELIEF = "np.unique says where each word is."
HINT = "In how many places does a word stand that occurs three times? How many of them does your code look at?"
NOTE = (
    "Words that occur once are right. return_index gives one place for each word; every occurrence has used the "
    "row, so all of them add to it."
)
LOSES = 4


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    words, places = np.unique(x, return_index=True)
    dW[words] = dout.reshape(-1, shape[1])[places]
    return dW
