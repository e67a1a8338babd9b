"""Hands the last state's gradient to the step before the last one, around the last step."""

import numpy as np

BELIEF = "The gradient of the last state starts the loop, which then goes through the steps before."
HINT = "What does dx hold for the last input? Which step have you not gone back through?"
NOTE = "Starting outside the loop is fine, if the last step's backward function is called for it."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = dh[:, -1]
    for t in reversed(range(len(caches) - 1)):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
