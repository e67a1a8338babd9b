"""Starts every step from h0."""

import numpy as np

LOSES = {"rnn_forward": 7.0}


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
