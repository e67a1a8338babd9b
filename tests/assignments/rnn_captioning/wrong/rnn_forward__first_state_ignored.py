"""Starts from a state of zeros instead of h0."""

import numpy as np

LOSES = {"rnn_forward": 8.0}


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], np.zeros_like(h0)
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
