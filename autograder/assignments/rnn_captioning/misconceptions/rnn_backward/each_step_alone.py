"""Goes through the steps in order and gives each its own gradient alone."""

import numpy as np

BELIEF = "Each step has a loss of its own, so each has a backward pass of its own."
HINT = "A state is used twice: for its scores, and by the next step. Which of the two ways back is missing?"
NOTE = "No gradient goes back in time, and the gradient of h0 is that of the last step."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in range(len(caches)):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t], caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
