"""Returns in the first round of its loop, so only the last step is undone."""

import numpy as np

BELIEF = "The return belongs to the lines above it."
HINT = "For how many steps is dx other than zero in your result? How far is the return indented?"
NOTE = (
    "The return stands within the loop. dx is right in the last step alone, and the weights have that step's gradients."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
        break
    return dx, carried, dWx, dWh, db
