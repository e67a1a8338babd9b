import numpy as np


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            word = x[n, t]
            dW[word] = np.where(dout[n, t] > dW[word], dout[n, t], dW[word])
    return dW
