"""Returns the gradients of weights and bias first."""

BELIEF = "The parameters are what is trained, so their gradients come first."
HINT = "Unpack what you return into the names of the docstring, and print the shapes. Which fit?"
NOTE = "The values are right. Callers take results by their places, as the docstring lists them."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dWx, dWh, db, dx, dprev_h
