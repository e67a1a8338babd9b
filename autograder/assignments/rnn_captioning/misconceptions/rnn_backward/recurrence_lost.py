"""The gradient that comes back from the later steps is not added."""

import numpy as np

BELIEF = "The gradient dh[:, t] already holds everything that reaches the state of step t."
HINT = (
    "A state is used twice: for the scores of its own step, and by the next step. Where does the gradient of the "
    "second use come from, and what have you done with it?"
)
NOTE = (
    "The backward pass of a step returns dprev_h, and this code never adds it to dh[:, t - 1]. Draw two steps and ask "
    "by how many paths the loss depends on h0."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t], caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
