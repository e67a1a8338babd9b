"""Returns each input's gradient followed by that of its weights."""

BELIEF = "An input and its weights belong together, so their gradients are returned side by side."
HINT = "In which order does the docstring list the five gradients? Compare the shapes of yours with it, one by one."
NOTE = "All five values are right, two of them stand in each other's place. The shapes tell."
LOSES = 4


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dWx, dprev_h, dWh, db
