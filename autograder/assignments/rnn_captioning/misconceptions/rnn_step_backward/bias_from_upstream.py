"""Sums the upstream gradient for the bias, without the derivative of the tanh."""

BELIEF = "The bias is simply added, so its gradient is the upstream gradient, summed over the examples."
HINT = "Is the bias added inside or outside of the activation? Which gradient arrives at the place where it is added?"
NOTE = (
    "The idea 'addition passes the gradient on' is right, but the addition lies before the tanh. The four other "
    "gradients are right."
)
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = dnext_h.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
