"""Multiplies by Wh instead of its transpose for the gradient of the old state."""

BELIEF = "The gradient goes back through the same matrix as the state went forward."
HINT = (
    "Wh is square, so every shape fits. Write down one element of the new state, and see which elements of Wh tie it "
    "to one element of the old state."
)
NOTE = "dx has its transpose because the shapes force it. Ask the student to derive dprev_h in the same way as dx."
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
