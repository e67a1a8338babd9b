"""Puts the gradients of the blocks side by side in the order i, f, g, o."""

import numpy as np

BELIEF = "The blocks are put together in the order in which the gates are used."
HINT = "In which order were the blocks cut? Compare it with the order in which you put them together."
NOTE = "Forward and backward do not agree. dprev_c is right, all others mix two blocks."
LOSES = 16.5


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
    da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
