"""Returns the gradients of the input and of the old state in each other's place."""

BELIEF = "The gradient of the state comes first, since it is the one that is carried on."
HINT = (
    "Compare the shapes of the first two results with those of the input and of the old state, in the order that is "
    "asked."
)
NOTE = "Both gradients are right in themselves. In the sequence it leads to a shape error, unless D = H."
LOSES = 4


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dprev_h, dx, dWx, dWh, db
