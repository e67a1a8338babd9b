"""Stops one step early."""

import numpy as np

LOSES = {"rnn_forward": 8.0}


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches, state = np.zeros((*x.shape[:2], h0.shape[1])), [], h0
    for t in range(x.shape[1] - 1):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        h[:, t] = state
        caches.append(cache)
    return h, (x, Wx, Wh, b, caches)
