"""Leaves out the derivatives of the sigmoids."""

import numpy as np

BELIEF = "The gates are only factors, so their gradients go into the matrix products at once."
HINT = "What lies between the columns of a and the gates? What does the chain rule ask there?"
NOTE = "The candidate's block is right, the three gates' blocks lack g * (1 - g). dprev_c is right."
LOSES = 16.5


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dc = dnext_c + dnext_h * o * (1 - shown**2)
    df, di, dg = dc * prev_c, dc * g, dc * i
    dprev_c = dc * f
    da_i = di
    da_f = df
    da_o = do
    da_g = dg * (1 - g**2)
    da = np.concatenate([da_i, da_f, da_o, da_g], axis=1)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
