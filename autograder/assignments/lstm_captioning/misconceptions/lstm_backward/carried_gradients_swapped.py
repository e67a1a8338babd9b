"""Carries the cell's gradient to the hidden state and the hidden state's to the cell."""

import numpy as np

BELIEF = "The two gradients that are carried on are alike, and the first one belongs to the cell."
HINT = "In which order does your step return its gradients, and into which argument does each go?"
NOTE = "dprev_h and dprev_c change places between the steps. They have the same shape, so nothing raises."
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dcell, dstate, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
