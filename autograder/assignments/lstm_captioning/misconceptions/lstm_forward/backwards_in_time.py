"""Reads the sequence from its end."""

import numpy as np

BELIEF = "A recurrent network goes through time backwards."
HINT = "Which word is read first, and which step's state does your h[:, 0] hold?"
NOTE = "Only the backward pass goes from right to left. Forward, the first input is read first."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = h0, np.zeros_like(h0)
    for t in reversed(range(x.shape[1])):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states[::-1], axis=1), (x, Wx, Wh, b, caches[::-1])
