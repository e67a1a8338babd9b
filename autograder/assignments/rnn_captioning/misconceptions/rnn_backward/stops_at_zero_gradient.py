"""Skips steps that get no gradient from outside, and loses what comes from later ones."""

import numpy as np

BELIEF = "A step whose gradient from outside is zero contributes nothing."
HINT = "Suppose that only the last step has a loss. By which way does it reach the weights at the first step?"
NOTE = (
    "Only the test with the gradient in one step fails. Padded captions have zeros in dh at their end, where the "
    "shortcut seems to work."
)
LOSES = 2


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        if not dh[:, t].any():
            carried = np.zeros_like(carried)
            continue
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
