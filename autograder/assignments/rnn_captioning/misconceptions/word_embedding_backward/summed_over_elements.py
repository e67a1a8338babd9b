"""Adds up the elements of each gradient and gives all of a word's elements the sum."""

import numpy as np

BELIEF = "A word has one gradient, so its elements are added up."
HINT = "How many numbers has the vector of a word, and how many different ones has its gradient in your result?"
NOTE = "Each element of a vector is a parameter of its own."
LOSES = 8


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout.sum(axis=2, keepdims=True))
    return dW
