"""Takes the derivative of tanh with the opposite sign."""

BELIEF = "The derivative of tanh is its square minus one."
HINT = "Does tanh rise or fall? Which sign must its derivative have everywhere?"
NOTE = "All five gradients have the opposite sign: a numerical check of a single number shows it."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (next_h**2 - 1)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
