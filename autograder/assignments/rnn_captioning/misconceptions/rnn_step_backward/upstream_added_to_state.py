"""Adds the upstream gradient to that of the old state."""

BELIEF = "The gradient flows on to earlier steps besides what the step sends back."
HINT = "By which ways does the old state reach the new one? Is there one that goes around the tanh?"
NOTE = "That would be right for a residual connection. This step has only one way from the old state to the new one."
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T + dnext_h
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
