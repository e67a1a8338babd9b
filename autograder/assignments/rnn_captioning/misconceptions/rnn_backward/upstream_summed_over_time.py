"""Adds up the gradient from outside over all steps, and gives the sum to the last one."""

import numpy as np

BELIEF = "The gradient from outside enters at the end, so all of it has to be collected first."
HINT = "At which step does dh[:, t] enter? Which steps should it never reach?"
NOTE = (
    "Gradients of early outputs reach later steps, which cannot have influenced them. Each part of dh enters at "
    "its own step."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = dh.sum(axis=1)
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
