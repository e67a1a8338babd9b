"""Reads the gradient from outside one step early."""

import numpy as np

BELIEF = "A step's gradient is that of the state from which it starts."
HINT = "To which state does the slice dh[:, t] belong: the one before step t, or the one after it?"
NOTE = "A negative index hides the mistake at the first step, which gets the slice of the last one."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t - 1] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
