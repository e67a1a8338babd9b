"""Counts the gradient from outside twice at the last step."""

import numpy as np

BELIEF = "The gradient that goes back begins as that of the last state, and each step adds its own."
HINT = "Follow your loop through its first round only. How often does the last slice of dh go into it?"
NOTE = "Either start from the last slice or add it in the loop. A sequence of one step shows a factor of two."
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = dh[:, -1], np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
