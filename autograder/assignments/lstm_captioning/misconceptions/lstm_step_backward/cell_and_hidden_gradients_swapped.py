"""Returns dprev_c before dprev_h."""

import numpy as np

BELIEF = "The cell state is the memory, so its gradient comes first of the two."
HINT = "In which order does the handout name the six gradients, and in which do you return them?"
NOTE = "Both are right, and stand in each other's place. They have the same shape, so nothing raises."
LOSES = 9


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
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_c, dprev_h, dWx, dWh, db
