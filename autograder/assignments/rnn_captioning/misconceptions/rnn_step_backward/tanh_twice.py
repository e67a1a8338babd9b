"""Applies tanh once more to the state before taking the derivative."""

import numpy as np

BELIEF = "The derivative is 1 - tanh(h)**2, where h is the state that was stored."
HINT = (
    "What is stored in your cache: the sum before the activation, or the state after it? Which of the two does your "
    "formula need?"
)
NOTE = (
    "Both forms of the derivative are right, each with its own argument. The gradients are close for small states, so "
    "the relative errors look small."
)
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - np.tanh(next_h) ** 2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
