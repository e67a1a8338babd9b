"""Uses the state after the step, instead of before it, for the gradient of Wh."""

BELIEF = "The gradient of Wh is taken with the state that the step has computed."
HINT = "Which state was multiplied by Wh in the forward step: the one that went in, or the one that came out?"
NOTE = (
    "Both states have the same shape, so only values tell. The cache usually holds the right one, under a name that "
    "is easily mixed up."
)
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, _, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = next_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
