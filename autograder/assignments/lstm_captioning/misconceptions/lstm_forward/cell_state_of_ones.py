"""Starts with a cell state of ones."""

import numpy as np

BELIEF = "The memory starts open, so it is all ones."
HINT = "What is in a memory into which nothing has been written yet?"
NOTE = "c0 = 1 in place of 0. The first steps differ most, later ones forget it."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = h0, np.ones_like(h0)
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
