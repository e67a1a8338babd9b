"""Divides the gradients of inputs and states by the number of examples as well."""

BELIEF = "A gradient over a minibatch is a mean."
HINT = "Where was the loss divided by the number of examples already? Is each row's own gradient a mean of anything?"
NOTE = "The division belongs to the loss, once. After T steps of this the first step's gradient is divided T times."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2) / len(dnext_h)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
