"""Takes one minus the square of the sum before the tanh for the derivative."""

import numpy as np

BELIEF = "The derivative of tanh at a is 1 - a**2."
HINT = (
    "The slope of tanh is never negative. Can your factor become negative, and which quantity has to be squared so "
    "that it cannot?"
)
NOTE = (
    "The right form squares the value tanh(a), not a. For small sums the two are nearly the same, which hides it in "
    "small examples."
)
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    a = np.arctanh(next_h)  # x Wx + prev_h Wh + b
    da = dnext_h * (1 - a**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
