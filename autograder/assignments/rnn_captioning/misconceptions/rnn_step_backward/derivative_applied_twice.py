"""Multiplies by the derivative of the tanh twice."""

BELIEF = "The gradient has to be taken back through the tanh for the state and once more for the sum."
HINT = "How many times is the tanh applied in the forward step? How many times do you multiply by its derivative?"
NOTE = "The factor stands in two lines, or one of them is squared. Where a state is near zero the error is small."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2) ** 2
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
