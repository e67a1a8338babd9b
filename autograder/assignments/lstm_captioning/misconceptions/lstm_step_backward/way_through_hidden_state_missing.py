"""Leaves out the way by which the hidden state depends on the cell state."""

import numpy as np

BELIEF = "The gradient of the cell state is given as dnext_c."
HINT = "In which two formulas does the new cell state stand on the right-hand side?"
NOTE = "dc = dnext_c: right only where dnext_h is zero. Draw c_t with its two arrows to the right."
LOSES = 18


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dc = dnext_c
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
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
