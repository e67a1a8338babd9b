"""Counts the examples as the gradient of the bias."""

import numpy as np

BELIEF = "The bias is only added, so its derivative is 1 for each example."
HINT = "The derivative of the sum with respect to b is one. By what does the chain rule multiply it?"
NOTE = "The local derivative is right, and what comes from above was left out."
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = np.full_like(da[0], len(da))
    return dx, dprev_h, dWx, dWh, db
