"""Treats every step alone."""

import numpy as np

BELIEF = "Each step has its own gradient from outside, and the sums of all steps are the answer."
HINT = "By how many ways does the loss depend on h0? Which of them go through later steps?"
NOTE = "Neither dprev_h nor dprev_c is carried: truncated to one step."
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, _, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t], dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
