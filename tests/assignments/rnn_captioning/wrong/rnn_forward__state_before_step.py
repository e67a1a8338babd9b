"""Writes down the state before each step, so that h0 is the first output and the last state is missing."""

import numpy as np

LOSES = {"rnn_forward": 8.0}


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        states.append(state)
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
