"""Adds the gradient from outside of the last step in every step."""

import numpy as np

BELIEF = "What counts is the gradient of the last state, and each step gets it."
HINT = "Change the first slice of dh. Which of your results change, and which must?"
NOTE = "Right for the last step, and wrong from there on."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, -1] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
