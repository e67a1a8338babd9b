"""Returns in the first round of its loop, so only the last step is undone."""

import numpy as np

BELIEF = "The return belongs to the lines above it."
HINT = "For how many steps is dx other than zero in your result? How far is the return indented?"
NOTE = (
    "The return stands within the loop. dx is right in the last step alone, and the weights have that step's gradients."
)
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
        break
    return dx, dstate, dWx, dWh, db
