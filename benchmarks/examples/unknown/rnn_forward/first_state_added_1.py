import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = []
    prev = h0
    for t in range(T):
        prev, step = rnn_step_forward(x[:, t], prev + h0 if t else prev, Wx, Wh, b)
        h[:, t] = prev
        cache.append(step)
    return h, (x, Wx, Wh, b, cache)
