"""Begins with the last step but one."""

import numpy as np

BELIEF = "Counting starts at 0, so the last index of T steps is T - 1 and the loop begins below it."
HINT = "Print the steps that your loop goes through. Which one is missing, and what does dx hold there?"
NOTE = "range leaves out its end already; taking off one more loses a step."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches) - 1)):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
