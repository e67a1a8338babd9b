"""Leaves out the hidden state's gradient that comes back from the later steps."""

import numpy as np

BELIEF = "The gradient dh[:, t] already holds everything that reaches the hidden state of step t."
HINT = "A hidden state is used twice. Where does the gradient of the second use come from?"
NOTE = "Only dprev_c is carried on. A hidden state is read by the next step as well."
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t], dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
