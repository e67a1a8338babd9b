"""Takes the derivative at the upstream gradient, by way of its tanh."""

import numpy as np

BELIEF = "The derivative of tanh at the argument of this function is one minus its squared tanh."
HINT = (
    "At which point is the derivative of tanh taken: at what went into it in the forward pass, or at what comes back?"
)
NOTE = "The formula of the derivative is right and its argument is wrong. The forward pass's values belong here."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    da = dnext_h * (1 - np.tanh(dnext_h) ** 2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
