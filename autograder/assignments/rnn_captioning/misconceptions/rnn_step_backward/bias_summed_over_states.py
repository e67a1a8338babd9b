"""Adds up the gradient of the bias over the states instead of the examples."""

BELIEF = "The sum runs over the last axis."
HINT = "How many numbers has the bias, and how many has your gradient of it? Which axis has to disappear?"
NOTE = "Goes unnoticed where there are as many examples as states. The shape of b says which axis stays."
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=1)
    return dx, dprev_h, dWx, dWh, db
