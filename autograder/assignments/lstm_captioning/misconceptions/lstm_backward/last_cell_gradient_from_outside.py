"""Starts with the last gradient from outside as the cell's."""

import numpy as np

BELIEF = "At the last step both states get the gradient that comes from outside."
HINT = "What depends on the cell state of the last step, apart from its hidden state?"
NOTE = "dcell begins with dh[:, -1] in place of zeros."
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), dh[:, -1].copy()
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
