"""The loop goes over the examples only and uses dW[x[n]] += dout[n] in each: occurrences of a word in different captions are added, but of several occurrences within one caption only the last is counted."""
import numpy as np


def word_embedding_forward(x, W):
    N, T = x.shape
    out = np.zeros((N, T, W.shape[1]), dtype=W.dtype)
    for n in range(N):
        out[n] = W[x[n]]
    return out, [x, W]


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros(W.shape)
    for n in range(x.shape[0]):
        # one caption after the other, so that nothing is overwritten
        dW[x[n]] += dout[n]
    return dW
