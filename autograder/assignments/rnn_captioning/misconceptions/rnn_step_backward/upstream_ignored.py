"""Leaves the upstream gradient out, as if it were all ones."""

BELIEF = "A backward function returns the derivatives of its own outputs."
HINT = "Double the upstream gradient: what should happen to the five results, and what happens to yours?"
NOTE = "These are the gradients of the sum of the outputs, not of the loss. The argument dnext_h is never read."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = 1 - next_h**2
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
