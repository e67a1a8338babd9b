"""Multiplies by the square of the state."""

BELIEF = "The derivative of tanh is its square."
HINT = "How steep is tanh at zero, and how steep is it where it is nearly 1? Compare with what you multiply by."
NOTE = "Small states, where tanh is steepest, get almost no gradient. The one in front of the minus sign is missing."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * next_h**2
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
