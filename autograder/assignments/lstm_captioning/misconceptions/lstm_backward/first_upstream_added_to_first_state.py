"""Adds dh[:, 0] to the gradient of h0 once more."""

import numpy as np

BELIEF = "h0 is the first state, so dh[:, 0] belongs to it."
HINT = (
    "Which state does dh[:, 0] belong to: the one before the first step, or the one after it? Has it been used already?"
)
NOTE = (
    "The carried gradient of the first step is dh0 already. h[:, 0] is the state after the first step; none of dh "
    "belongs to h0."
)
LOSES = 3


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate + dh[:, 0], dWx, dWh, db
