"""Stops one step early and leaves the last state zero."""

import numpy as np

BELIEF = "With h0 given, T states need T - 1 steps."
HINT = "Look at your last state. How many inputs are there, and how many of them are read?"
NOTE = "A loop up to T - 1 together with an array of zeros. range(T) already ends at T - 1."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches, state = np.zeros((*x.shape[:2], h0.shape[1])), [], h0
    for t in range(x.shape[1] - 1):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        h[:, t] = state
        caches.append(cache)
    return h, (x, Wx, Wh, b, caches)
