"""Starts from a gradient of ones at the last state and never reads dh."""

import numpy as np

BELIEF = "Backpropagation begins with a gradient of 1 at the end of the network."
HINT = "Double dh. Which of your results change? Where does each state get its gradient from the loss?"
NOTE = (
    "The derivative of the loss with respect to itself is 1, but the loss is far above this layer; dh is what "
    "comes from there."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.ones_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
