"""Multiplies by the state besides the derivative of tanh."""

BELIEF = "The chain rule has three factors: the gradient, the state and one minus its square."
HINT = "What is the slope of tanh at zero? Which factor makes yours vanish there?"
NOTE = "A mixture of the derivatives of sigmoid and tanh. Small states, where tanh is steepest, get no gradient."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * next_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
