"""Two mistakes: the loop assigns (dW[word] = ...) where it should add, so that only the last occurrence of a word remains; and a tuple (None, dW) is returned, with a place for the gradient of x, where only dW is asked for."""
import numpy as np


def word_embedding_forward(x, W):
    out = W[x, :]
    return out, {"words": x, "shape": W.shape}


def word_embedding_backward(dout, cache):
    words = cache["words"]
    dW = np.zeros(cache["shape"])
    N, T = words.shape
    for i in range(N):
        for j in range(T):
            dW[words[i, j]] = dout[i, j]
    dx = None  # words are integers, no gradient
    return dx, dW
