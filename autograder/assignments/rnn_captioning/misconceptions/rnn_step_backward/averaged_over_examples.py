"""Divides the gradients of weights and bias by the number of examples."""

BELIEF = "Gradients of parameters are averages over the minibatch, so every layer divides by N."
HINT = (
    "Which function has divided by the number of examples already? What would three layers that each divide again do?"
)
NOTE = (
    "dx and dprev_h are right, the three parameters are too small by N. The upstream gradient comes from a loss that "
    "is an average already."
)
LOSES = 6


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da / len(x)
    dWh = prev_h.T @ da / len(x)
    db = da.mean(axis=0)
    return dx, dprev_h, dWx, dWh, db
