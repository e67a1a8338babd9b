"""Skips steps that get no gradient from outside."""

import numpy as np

BELIEF = "A step whose outputs do not count in the loss has no gradient, so it can be left out."
HINT = "What comes to a step that is masked from the steps after it?"
NOTE = (
    "With a gradient in the last step alone nothing reaches the steps before it. With gradients in every step it "
    "cannot be seen."
)
LOSES = 3


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        if not dh[:, t].any():
            continue
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db
