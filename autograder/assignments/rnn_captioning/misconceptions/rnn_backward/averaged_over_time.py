"""Divides the gradients of weights and bias by the number of steps."""

import numpy as np

BELIEF = "What is shared by T steps gets the mean of their gradients."
HINT = (
    "Where else in the model is something divided by the number of steps? Is the derivative of a sum a sum or a mean?"
)
NOTE = (
    "dx and dh0 are right; the three parameters are too small by the factor T. The loss is summed over time, so "
    "nothing divides by T."
)
LOSES = 6


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx / len(caches), dWh / len(caches), db / len(caches)
