"""Divides the gradients of weights and bias by the number of examples."""

import numpy as np

BELIEF = "Gradients of parameters are averages over the minibatch, so every layer divides by N."
HINT = "Which function has divided by the number of examples already?"
NOTE = "dx, dprev_h and dprev_c are right. The upstream gradient comes from a loss that is an average already."
LOSES = 11.5


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
    dWx = x.T @ da / len(x)
    dWh = prev_h.T @ da / len(x)
    db = da.mean(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
