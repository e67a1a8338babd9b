"""Reads the gradients from outside in reversed order."""

import numpy as np

BELIEF = "The loop goes backwards, so dh has to be turned around for it."
HINT = "Which slice of dh does the first round of your loop read, and for which step is it meant?"
NOTE = "Turned around twice: the loop already counts down."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, -1 - t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
