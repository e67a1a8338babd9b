"""Takes 1 - tanh for the derivative of tanh."""

BELIEF = "The derivative of tanh is one minus its value."
HINT = (
    "At a = 0 any formula of this kind gives 1. What should the slope of tanh be where tanh is -0.9, and what does "
    "yours give?"
)
NOTE = (
    "A state of -0.9 gives a slope of 1.9, and tanh is nowhere steeper than 1. The square is most often lost while "
    "the formula is typed."
)
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
