"""Starts with a cell gradient of ones."""

import numpy as np

BELIEF = "Backpropagation starts with a gradient of one."
HINT = "Which step comes after the last one, and what does it say about the last cell state?"
NOTE = "Ones belong to the loss itself. After the last step nothing depends on its cell state."
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.ones_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
