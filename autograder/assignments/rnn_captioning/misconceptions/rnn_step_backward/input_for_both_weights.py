"""Computes the gradient of Wh from the input as well."""

BELIEF = "The gradient of a weight is the transposed input times the gradient of the sum, for both weights."
HINT = (
    "By what is Wh multiplied in the forward step? What stands in its place in your line for dWh, and which shape "
    "does the result have?"
)
NOTE = "Mostly a copied line. Where the numbers of inputs and states are the same, the shape fits and nothing shows it."
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, _, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = x.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
