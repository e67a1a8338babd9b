"""Squares the difference instead of the state."""

BELIEF = "The derivative of tanh is one minus the state, squared."
HINT = "What belongs under the square: the state alone, or the difference? Try a state of -1, where tanh is flat."
NOTE = "A bracket in the wrong place. At a state of -1 the derivative must be 0, and here it is 4."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h) ** 2
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
