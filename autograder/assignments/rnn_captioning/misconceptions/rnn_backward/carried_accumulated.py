"""Adds up the carried gradient over the steps instead of replacing it."""

import numpy as np

BELIEF = "The gradient of the state is accumulated over the steps, as those of the weights are."
HINT = (
    "What a step returns for its old state: does it already hold what came from the later steps? What is then counted "
    "again?"
)
NOTE = (
    "+= where = is needed. The weights are one thing used T times; each state is another one, with a gradient of its "
    "own."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        carried += dprev_h
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
