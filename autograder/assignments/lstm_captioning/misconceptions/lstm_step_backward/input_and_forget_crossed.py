"""Exchanges the factors of the gradients of input gate and forget gate."""

import numpy as np

BELIEF = "The gradient of the input gate is that of the cell state times the old cell state."
HINT = "Each gate stands in one product of the formula for the cell state. By what is each of the two multiplied there?"
NOTE = "di = dc * prev_c and df = dc * g: each the other's. The blocks themselves stand in the right order."
LOSES = 16.5


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dc = dnext_c + dnext_h * o * (1 - shown**2)
    df, di, dg = dc * g, dc * prev_c, dc * i
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
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
