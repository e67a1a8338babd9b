"""Multiplies the upstream gradient by the state instead of by the derivative."""

BELIEF = "The chain rule multiplies the upstream gradient by the output of the activation."
HINT = "The chain rule multiplies by a slope. Is what you multiply by the slope of the activation, or its value?"
NOTE = "A state of zero gives no gradient here, although tanh is steepest there. Ask for the slope of tanh at 0."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * next_h
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
