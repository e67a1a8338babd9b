"""Keeps the state before each step in place of the one after it."""

import numpy as np

BELIEF = "h[:, 0] is h0, the state that the sequence starts with."
HINT = "What does the handout say h[:, 0] is, and has your code read x[:, 0] by then?"
NOTE = "Everything is one step late, h0 is in the output, and the last state is missing."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        states.append(h)
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
