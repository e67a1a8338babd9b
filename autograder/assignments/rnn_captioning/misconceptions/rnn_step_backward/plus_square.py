"""Adds the square of the state to one instead of taking it off."""

BELIEF = "The derivative of tanh is one plus its square."
HINT = "Where tanh is flat, what must its derivative be? What does yours give for a state of 1?"
NOTE = "The derivative of tan has the plus sign. For tanh no slope may be larger than one."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 + next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
