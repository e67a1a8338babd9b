"""h0 is taken for the state of the first step: h[:, 0] = h0, and the loop begins with the second step. So x[:, 0] is never read, and all states are wrong."""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]

    h = np.zeros((N, T, H), dtype=x.dtype)
    h[:, 0, :] = h0
    cache = [None] * T
    for t in range(1, T):
        h[:, t, :], cache[t] = rnn_step_forward(x[:, t, :], h[:, t - 1, :], Wx, Wh, b)
    return h, cache
