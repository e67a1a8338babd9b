"""Counts the gradient from outside twice at the last step."""

import numpy as np

BELIEF = "The gradient that goes back begins as that of the last state, and each step adds its own."
HINT = "Follow your loop through its first round only. How often does the last slice of dh go into it?"
NOTE = "Either start from the last slice or add it in the loop. A sequence of one step shows a factor of two."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = dh[:, -1]
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
