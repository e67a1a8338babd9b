"""Returns one gradient of the bias for each example."""

import numpy as np

BELIEF = "Each example has its own gradient of the bias, so all of them are returned."
HINT = "The bias is one vector that all examples share. Which shape must its gradient have?"
NOTE = "Broadcasting copies b to each row; its backward pass adds the rows up."
LOSES = 6.5


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
    db = da
    return dx, dprev_h, dprev_c, dWx, dWh, db
