"""The words are taken to count from 1: the code looks up W[x - 1]. Every word gets the vector of the word before it, and word 0 gets the last row."""
import numpy as np


def word_embedding_forward(x, W):
    N, T = x.shape
    V, D = W.shape
    out = np.zeros((N, T, D))
    for n in range(N):
        for t in range(T):
            # word k is in the k-th row
            out[n, t] = W[x[n, t] - 1]
    return out, (x, W)
