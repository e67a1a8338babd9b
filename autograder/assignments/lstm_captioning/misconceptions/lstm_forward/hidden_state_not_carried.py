"""Starts every step from the hidden state h0."""

import numpy as np

BELIEF = "The memory is in the cell state, so the hidden state need not be carried on."
HINT = "Which state does the second step of your loop start from?"
NOTE = "Only the cell state goes on. The first step is right."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h0, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
