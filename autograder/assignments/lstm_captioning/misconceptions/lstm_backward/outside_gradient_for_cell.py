"""Adds the gradient from outside to the cell state's gradient as well."""

import numpy as np

BELIEF = "What comes from outside reaches both states."
HINT = "From which of the two states are the scores computed? Which one does dh belong to?"
NOTE = "dh[:, t] counts twice: for h_t, and once more for c_t. It reaches the cell state only through the hidden state."
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dh[:, t] + dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
