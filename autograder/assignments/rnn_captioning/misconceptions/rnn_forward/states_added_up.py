"""Adds each new state to the one before it."""

import numpy as np

BELIEF = "The state collects what has been read, so each step adds to it."
HINT = (
    "How large can the elements of your states become in a long sequence? Between which numbers does the formula keep"
    " them?"
)
NOTE = (
    "The step returns the whole new state, and the old one has gone into it through Wh already. The first state is "
    "off by h0."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches = []
    state = h0
    for t in range(T):
        next_h, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        state = state + next_h
        h[:, t] = state
        caches.append(cache)
    return h, (x, Wx, Wh, b, caches)
