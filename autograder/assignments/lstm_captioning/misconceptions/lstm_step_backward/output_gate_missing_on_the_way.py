"""Leaves the output gate out of the way from hidden state to cell state."""

import numpy as np

BELIEF = "The way back from next_h to next_c goes through the tanh alone."
HINT = "next_h is a product. What is the derivative of a product with respect to one of its factors?"
NOTE = "dc lacks the factor o. Ask for the derivative of o * tanh(c) with respect to c."
LOSES = 18


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dc = dnext_c + dnext_h * (1 - shown**2)
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
