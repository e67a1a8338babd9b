"""Takes the tanh of what is already the tanh of the cell state."""

import numpy as np

BELIEF = "The derivative of tanh needs the tanh of what the cache holds."
HINT = "What is the entry of your cache: the cell state, or its tanh?"
NOTE = "1 - tanh(tanh(c))**2. The forward pass has done the first tanh already."
LOSES = 18


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dc = dnext_c + dnext_h * o * (1 - np.tanh(shown) ** 2)
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
