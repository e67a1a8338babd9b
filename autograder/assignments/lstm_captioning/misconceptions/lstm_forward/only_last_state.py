"""Returns the last hidden state alone."""

import numpy as np

BELIEF = "The last state sums up the whole sequence, so it is the output."
HINT = "A word is predicted at each step. Which states does that need?"
NOTE = "The shape is (N, H) in place of (N, T, H)."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return h, (x, Wx, Wh, b, caches)
