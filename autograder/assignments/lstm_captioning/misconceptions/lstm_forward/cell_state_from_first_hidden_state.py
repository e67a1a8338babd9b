"""Starts with a cell state that is h0."""

import numpy as np

BELIEF = "Both states start from the state that is given."
HINT = "What does the handout say of the cell state before the first step?"
NOTE = "c0 = h0 in place of zeros. Some models do this; here zeros are asked."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = h0, h0
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
