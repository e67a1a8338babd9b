"""Computes the state once more for the derivative, without the bias."""

import numpy as np

BELIEF = "The bias is a constant, so it drops out of the derivative."
HINT = "At which point is the derivative of tanh taken? Does the bias move that point?"
NOTE = (
    "A constant term drops out of the derivative of a sum, but it moves the point at which the outer derivative "
    "is taken."
)
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    da = dnext_h * (1 - np.tanh(x @ Wx + prev_h @ Wh) ** 2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
