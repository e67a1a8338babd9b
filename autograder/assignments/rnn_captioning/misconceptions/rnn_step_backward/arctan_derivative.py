"""Divides by one plus the square of the state."""

BELIEF = "The derivative of tanh is one over one plus its square."
HINT = "Of which function is that the derivative? What must it be where tanh is flat?"
NOTE = "It belongs to the arctangent. At a state of 1 the derivative of tanh is 0, not one half."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h / (1 + next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
