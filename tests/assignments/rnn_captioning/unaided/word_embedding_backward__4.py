"""The gradients of the occurrences of a word are averaged: after the summation each row is divided by the number of times that the word occurs. Rows of words that occur once are right."""
import numpy as np


def word_embedding_forward(x, W):
    out = np.take(W, x, axis=0)
    return out, (x, W.shape, W.dtype)


def word_embedding_backward(dout, cache):
    x, shape, dtype = cache
    dW = np.zeros(shape, dtype=dtype)
    np.add.at(dW, x, dout)
    # normalise, frequent words must not dominate
    count = np.bincount(x.ravel(), minlength=shape[0])
    dW /= np.maximum(count, 1)[:, None]
    return dW
