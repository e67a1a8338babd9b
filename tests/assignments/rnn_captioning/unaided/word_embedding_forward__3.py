"""The output array is made with the integer type of x, so that the numbers of W are cut off to integers when they are written into it."""
import numpy as np


def word_embedding_forward(x, W):
    N, T = x.shape
    _, D = W.shape
    out = np.zeros((N, T, D), dtype=x.dtype)
    for n in range(N):
        out[n] = W[x[n]]
    cache = x, W.shape
    return out, cache
