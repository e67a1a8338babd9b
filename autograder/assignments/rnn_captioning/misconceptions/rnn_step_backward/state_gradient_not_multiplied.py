"""Sends the gradient of the sum to the old state without multiplying it by the weights."""

BELIEF = "The old state is added in the step, and a sum hands its gradient on unchanged."
HINT = "What stands between the old state and the sum? Which argument has no effect on this gradient in your code?"
NOTE = "Not the state but its product with Wh is a term of the sum. The shapes agree, so nothing warns."
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, _, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
