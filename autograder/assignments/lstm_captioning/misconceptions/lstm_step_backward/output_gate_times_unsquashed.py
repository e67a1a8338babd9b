"""Takes the cell state, not its tanh, for the gradient of the output gate."""

import numpy as np

BELIEF = "The output gate is multiplied by the cell state."
HINT = "By what is the output gate multiplied in the formula of the new hidden state?"
NOTE = "do = dnext_h * c in place of dnext_h * tanh(c). Only the third block is off, and what follows from it."
LOSES = 14.5


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * (f * prev_c + i * g)
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
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
