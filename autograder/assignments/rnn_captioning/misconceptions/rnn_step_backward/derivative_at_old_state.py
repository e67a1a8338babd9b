"""Takes the derivative of tanh at the old state."""

BELIEF = "The state in the cache is the one that the derivative is taken of."
HINT = "Which of the two states came out of this step's tanh? Its own value is what the derivative needs."
NOTE = "Two states are in play, and both have the same shape. Often only one of them was put into the cache."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    da = dnext_h * (1 - prev_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
