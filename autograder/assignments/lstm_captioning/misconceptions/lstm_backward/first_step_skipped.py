"""Stops before the first step, so dx[:, 0] stays zero."""

import numpy as np

BELIEF = "The first step has no step before it, so nothing is left to do there."
HINT = (
    "Is the gradient of the first input zero in your result? Which step reads that input, and does your loop visit it?"
)
NOTE = (
    "range(T - 1, 0, -1) ends at 1. The gradient that is returned for h0 is then that of the state after the first "
    "step."
)
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in range(len(caches) - 1, 0, -1):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
