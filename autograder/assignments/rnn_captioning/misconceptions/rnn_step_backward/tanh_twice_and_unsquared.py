"""Takes one minus the tanh of the state, without a square."""

import numpy as np

BELIEF = "The derivative of tanh is one minus tanh, taken at the state."
HINT = (
    "Write the derivative of tanh down. What is squared in it, and has the state in the cache been through tanh "
    "already?"
)
NOTE = "Two slips at once: no square, and a second tanh."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - np.tanh(next_h))
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
