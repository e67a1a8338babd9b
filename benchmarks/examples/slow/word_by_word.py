"""The gradient of an embedding is summed word by word."""


def word_embedding_backward(dout, cache):
    x, (V, D) = cache
    dW = np.zeros((V, D))
    for v in range(V):
        for n, t in zip(*np.where(x == v)):
            dW[v] += dout[n, t]
    return dW
