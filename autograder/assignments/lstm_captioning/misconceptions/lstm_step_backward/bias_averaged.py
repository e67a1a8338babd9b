"""Averages the gradient of the bias over the examples."""

import numpy as np

BELIEF = "The gradient of something shared is the mean over the examples."
HINT = (
    "Compare how you treat the examples for the bias and for the weights. Where is the size of the minibatch "
    "accounted for: here, or in the loss?"
)
NOTE = (
    "The matrix products for the weights add up silently, and the bias is averaged by hand. The loss divides by N "
    "once; doing so again is once too often."
)
LOSES = 6.5


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dc = dnext_c + dnext_h * o * (1 - shown**2)
    df, di, dg = dc * prev_c, dc * g, dc * i
    dprev_c = dc * f
    da_i = di * i * (1 - i)
    da_f = df * f * (1 - f)
    da_o = do * o * (1 - o)
    da_g = dg * (1 - g**2)
    da = np.concatenate([da_i, da_f, da_o, da_g], axis=1)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.mean(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
