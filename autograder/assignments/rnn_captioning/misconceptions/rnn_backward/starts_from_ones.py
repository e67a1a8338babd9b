"""Starts the carried gradient at ones."""

import numpy as np

BELIEF = "A gradient begins with 1, so the sum that goes back in time does as well."
HINT = "Which steps come after the last one? What can have come back from there?"
NOTE = "Everything is off, the last step least. With dh all zero every result must be zero."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.ones_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
