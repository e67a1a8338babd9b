"""Averages the gradient of the bias over the examples."""

BELIEF = "The gradient of something shared is the mean over the examples."
HINT = (
    "Compare how you treat the examples for the bias and for the weights. Where is the size of the minibatch "
    "accounted for: here, or in the loss?"
)
NOTE = (
    "The matrix products for the weights add up silently, and the bias is averaged by hand. The loss divides by N "
    "once; doing so again is once too often."
)
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.mean(axis=0)
    return dx, dprev_h, dWx, dWh, db
