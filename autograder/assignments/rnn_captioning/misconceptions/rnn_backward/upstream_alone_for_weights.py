"""Computes the gradients of weights and bias from the gradient from outside alone."""

import numpy as np

BELIEF = "The gradient that is carried back is for the states; weights get theirs from the loss of their own step."
HINT = "Does the last loss depend on how the weights were used in the first step? On which way does that gradient come?"
NOTE = "dx and dh0 are right. The gradient of the whole sum has to go into each step's backward function once."
LOSES = 6


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        _, _, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t], caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
