"""Computes the gradient of the old cell state from dnext_c alone."""

import numpy as np

BELIEF = "dprev_c is what comes along the cell's own way, dnext_c times the forget gate."
HINT = "By which two ways does the old cell state act on the loss after it has become the new one?"
NOTE = "dprev_c = dnext_c * f. The other five use the total and are right."
LOSES = 4.5


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dc = dnext_c + dnext_h * o * (1 - shown**2)
    df, di, dg = dc * prev_c, dc * g, dc * i
    dprev_c = dnext_c * f
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
