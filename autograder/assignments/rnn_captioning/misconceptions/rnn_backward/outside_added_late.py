"""Adds the gradient from outside after the step instead of before it."""

import numpy as np

BELIEF = "The gradient from outside joins what the step returns, and goes on to the step before."
HINT = (
    "To which state does dh[:, t] belong: the one that step t reads, or the one that it makes? Then which step must "
    "it go through first?"
)
NOTE = (
    "Off by one in time: the gradient of state t is handed to step t - 1, and dh[:, 0] goes straight into dh0. Label "
    "the arrows of a two-step graph."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(carried, caches[t])
        carried = carried + dh[:, t]
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
