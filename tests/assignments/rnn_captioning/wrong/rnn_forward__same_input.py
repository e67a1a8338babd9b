"""Reads the first input in every step."""

import numpy as np

LOSES = {"rnn_forward": 7.0}


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for _ in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, 0], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
