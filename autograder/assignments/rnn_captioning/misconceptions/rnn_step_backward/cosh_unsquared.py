"""Divides by the cosh of the state, once and not squared."""

import numpy as np

BELIEF = "The derivative of tanh is one over cosh."
HINT = "Look the derivative of tanh up. Which power of cosh stands there, and at what is it taken?"
NOTE = "One over cosh squared is right if it is taken of the sum before the tanh, which the state is not."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h / np.cosh(next_h)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
