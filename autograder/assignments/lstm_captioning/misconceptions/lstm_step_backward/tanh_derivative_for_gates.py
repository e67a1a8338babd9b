"""Uses the derivative of the tanh for the gates."""

import numpy as np

BELIEF = "The derivative of an activation is one minus the square of its output."
HINT = "For which function does that hold, and which function made the gates?"
NOTE = "1 - i**2 in place of i * (1 - i), three times. A habit of the vanilla RNN."
LOSES = 16.5


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dc = dnext_c + dnext_h * o * (1 - shown**2)
    df, di, dg = dc * prev_c, dc * g, dc * i
    dprev_c = dc * f
    da_i = di * (1 - i**2)
    da_f = df * (1 - f**2)
    da_o = do * (1 - o**2)
    da_g = dg * (1 - g**2)
    da = np.concatenate([da_i, da_f, da_o, da_g], axis=1)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
