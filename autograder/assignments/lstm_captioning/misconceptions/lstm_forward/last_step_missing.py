"""Stops one step early and leaves the last state zero."""

import numpy as np

BELIEF = "With h0 given, T states need T - 1 steps."
HINT = "Look at your last state. How many inputs are there, and how many of them are read?"
NOTE = "A loop up to T - 1 together with an array of zeros. range(T) already ends at T - 1."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    states, caches = np.zeros((N, T, h0.shape[1])), []
    h, c = h0, np.zeros_like(h0)
    for t in range(T):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        caches.append(cache)
        if t < T - 1:
            states[:, t] = h
    return states, (x, Wx, Wh, b, caches)
