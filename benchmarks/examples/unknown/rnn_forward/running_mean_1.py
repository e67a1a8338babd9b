import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    total = np.zeros_like(h0)
    prev, cache = h0, []
    for t in range(T):
        prev, step = rnn_step_forward(x[:, t], prev, Wx, Wh, b)
        total = total + prev
        h[:, t] = total / (t + 1)
        cache.append(step)
    return h, (x, Wx, Wh, b, cache)
