"""Goes through the steps from the first to the last."""

import numpy as np

BELIEF = "The steps are gone through in the order of time, as in the forward pass."
HINT = "Which step must have been undone before the gradient of step t is complete?"
NOTE = "The carried gradients come from the step before in place of the step after."
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in range(len(caches)):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
