"""Adds up the gradient of the bias to a single number."""

BELIEF = "The bias is one number that is added everywhere, so its gradient is one sum."
HINT = "How many biases are there? Over which axis are they shared, and over which one not?"
NOTE = "np.sum without an axis adds up everything. Each state has a bias of its own; only the examples share it."
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum()
    return dx, dprev_h, dWx, dWh, db
