"""Adds up the carried gradients over the steps instead of replacing them."""

import numpy as np

BELIEF = "The gradients of both states are accumulated over the steps, as those of the weights are."
HINT = (
    "What a step returns for its old state: does it already hold what came from the later steps? What is then counted"
    " again?"
)
NOTE = (
    "+= where = is needed. The weights are one thing used T times; each state is another one, with a gradient of its "
    "own."
)
LOSES = 16


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dstate += dprev_h
        dcell += dprev_c
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
