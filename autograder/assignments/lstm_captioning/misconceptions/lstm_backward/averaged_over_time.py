"""Divides the weights' gradients by the number of steps."""

import numpy as np

BELIEF = "A weight that is used T times gets the mean of T gradients."
HINT = "A change of a shared weight acts in each step. Do these effects add up or average?"
NOTE = "dWx, dWh and db are too small by T. The loss is summed over time."
LOSES = 7


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    T = len(caches)
    return dx, dstate, dWx / T, dWh / T, db / T
