"""Takes one minus the square of the cell state for the derivative of its tanh."""

import numpy as np

BELIEF = "The derivative of the tanh is one minus the square of what it is taken of."
HINT = "Your factor for a cell state of 2: what is it, and can the derivative of a tanh be that?"
NOTE = "The derivative can be had from the output of the tanh, not from its input. Near zero both are nearly the same."
LOSES = 18


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dc = dnext_c + dnext_h * o * (1 - (f * prev_c + i * g) ** 2)
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
