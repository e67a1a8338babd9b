"""Subtracts the square times the gradient from 1, without brackets."""

BELIEF = "Minus and times are worked out in the order in which they are written."
HINT = "For a gradient of zero your line should give zero. What does it give, and which brackets would change that?"
NOTE = "1 - h**2 * dnext_h in place of (1 - h**2) * dnext_h. Where dnext_h is zero, ones go back in place of zeros."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = 1 - next_h**2 * dnext_h
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
