"""Starts every step from a cell state of zeros."""

import numpy as np

BELIEF = "The cell state belongs to one step, and the hidden state carries what is to be remembered."
HINT = "What is left in the cell state after ten steps of your loop, and where was it set?"
NOTE = "The zeros stand within the loop. The memory lasts one step, and the forget gate has no effect."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h = h0
    for t in range(x.shape[1]):
        c = np.zeros_like(h0)
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
