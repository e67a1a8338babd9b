"""Adds the derivative of tanh to the upstream gradient instead of multiplying by it."""

BELIEF = "What comes from outside and what the step adds are summed up."
HINT = "What follows for your results if the upstream gradient is zero? What should follow?"
NOTE = "The chain rule multiplies; sums come from several paths. A zero upstream gradient must give zeros everywhere."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h + (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
