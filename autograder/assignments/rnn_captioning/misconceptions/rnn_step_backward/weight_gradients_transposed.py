"""Returns the transposes of the weights' gradients."""

BELIEF = "The gradient of a product has the upstream gradient on the left."
HINT = (
    "A gradient has the shape of what it belongs to. Check both weights, also the square one, where no error is raised."
)
NOTE = (
    "dWh is square, so only its values are wrong. Ask what dWh[i, j] means, and which state and which sum it ties "
    "together."
)
LOSES = 4


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = da.T @ x
    dWh = da.T @ prev_h
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
