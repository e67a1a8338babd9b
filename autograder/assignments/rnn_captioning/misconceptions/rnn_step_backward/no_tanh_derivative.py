"""Passes the gradient through the tanh unchanged."""

BELIEF = "The activation only limits the values; the gradient goes straight on to the weights."
HINT = (
    "Draw the step as a chain of small functions. Which of them lies between the sum and the new state, and what is "
    "its derivative?"
)
NOTE = (
    "All five gradients are off by factors between 0 and 1, most where the state is near -1 or 1. Ask for the local "
    "derivative of each node in the graph."
)
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    da = dnext_h
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
