"""Returns the first slice of dh as the gradient of h0."""

import numpy as np

BELIEF = "dh has the gradients of all states, so its first one is that of h0."
HINT = "Which state does the first slice of dh belong to? What lies between it and h0?"
NOTE = "The states in h begin after the first step. h0 has no slice of its own in dh."
LOSES = 3


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dh[:, 0], dWx, dWh, db
