"""Gives every step a cell gradient of zeros."""

import numpy as np

BELIEF = "The cell states are no outputs, so no gradient reaches them."
HINT = "A step returns six gradients. What do you do with the one of the cell state?"
NOTE = "dprev_c is thrown away: the long memory learns nothing. Right only for the last step."
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, _, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
