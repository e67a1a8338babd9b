"""Uses the derivative of the sigmoid for the candidate."""

import numpy as np

BELIEF = "All four blocks have the same derivative."
HINT = "One of the four went through another function. Which derivative has that one?"
NOTE = "The candidate's block alone is wrong: g * (1 - g) in place of 1 - g**2."
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
    da_g = dg * g * (1 - g)
    da = np.concatenate([da_i, da_f, da_o, da_g], axis=1)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
