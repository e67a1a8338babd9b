"""Makes rows only up to the largest word that occurs."""

import numpy as np

BELIEF = "The vocabulary is as large as the largest number of a word in the minibatch."
HINT = "Could an optimiser add your result to W? From where can you learn how many words the vocabulary has?"
NOTE = "Right whenever the last word of the vocabulary occurs. The size has to come from W, by way of the cache."
LOSES = 2


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros((x.max() + 1, shape[1]))
    np.add.at(dW, x, dout)
    return dW
