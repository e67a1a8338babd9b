"""Uses the new hidden state for the gradient of Wh."""

import numpy as np

BELIEF = "The gradient of Wh belongs to the hidden state that the step has computed."
HINT = "Which state was multiplied by Wh, the one before the step or the one after it?"
NOTE = "dWh alone is wrong: next_h.T @ da in place of prev_h.T @ da."
LOSES = 6.5


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, _, prev_c, Wx, Wh, i, f, o, g, shown = cache
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
    dWx = x.T @ da
    dWh = (o * shown).T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
