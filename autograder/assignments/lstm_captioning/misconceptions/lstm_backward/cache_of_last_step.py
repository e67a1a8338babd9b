"""Uses the last step's cache for all steps."""

import numpy as np

BELIEF = "The cache holds what the backward pass needs, so one of them serves for all steps."
HINT = "Which arrays in a step's cache differ from step to step? Where are those of the first step kept in your code?"
NOTE = "Usually the forward loop overwrites a single name. The last step's gradients are right."
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[-1])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
