"""Returns the gradients of Wx and Wh in each other's place."""

BELIEF = "The state's weights come before the input's."
HINT = (
    "Compare the shapes of the third and the fourth result with those of the two weights, in the order that is asked."
)
NOTE = "Both gradients are right in themselves. Where the numbers of inputs and states are the same, no shape shows it."
LOSES = 4


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWh, dWx, db
