"""The state is never handed on: each step starts from h0 again, not from the state after the step before. Only h[:, 0] is right."""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = []
    for t in range(T):
        h[:, t, :], step_cache = rnn_step_forward(x[:, t, :], h0, Wx, Wh, b)
        cache.append(step_cache)
    return h, cache
