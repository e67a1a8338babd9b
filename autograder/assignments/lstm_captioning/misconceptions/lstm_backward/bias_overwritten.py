"""Adds up the weights' gradients over the steps, but not the bias's."""

import numpy as np

BELIEF = "The bias is one vector for the whole sequence, so its gradient comes from one step."
HINT = "Is the bias used in one step, or in all of them? Compare how you treat it with how you treat the weights."
NOTE = "Mostly a slip (= for +=) that the shapes do not show. The check of db alone fails."
LOSES = 2


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db = db_t
    return dx, dstate, dWx, dWh, db
