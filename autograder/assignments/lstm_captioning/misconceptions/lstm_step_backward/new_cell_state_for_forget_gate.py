"""Uses the new cell state for the gradient of the forget gate."""

import numpy as np

BELIEF = "The forget gate belongs to the cell state, and the cache holds the one that was computed."
HINT = "Which cell state is multiplied by the forget gate, the one before the step or the one after it?"
NOTE = "df = dc * tanh(c_t) or the like, in place of dc * prev_c. The forget gate's block alone is wrong."
LOSES = 16.5


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dc = dnext_c + dnext_h * o * (1 - shown**2)
    df, di, dg = dc * (f * prev_c + i * g), dc * g, dc * i
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
