"""Keeps the weights' gradients of the first step alone."""

import numpy as np

BELIEF = "The loop leaves the right gradients in the variables at its end."
HINT = "How often is each weight used in a sequence, and how often does your result count it?"
NOTE = "dWx, dWh and db are overwritten in each round. dx and dh0 are right."
LOSES = 7


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx = dWx_t
        dWh = dWh_t
        db = db_t
    return dx, dstate, dWx, dWh, db
