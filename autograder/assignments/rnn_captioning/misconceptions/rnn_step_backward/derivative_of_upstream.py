"""Takes the derivative of tanh of the upstream gradient."""

BELIEF = "The array that comes in is the state, so the derivative is one minus its square."
HINT = (
    "Of which array is the derivative of tanh taken, and by which one is it multiplied? Which of them comes in "
    "from outside?"
)
NOTE = (
    "The upstream gradient takes the place of the state, and the chain rule is gone. Let the student name what "
    "each array holds."
)
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    da = 1 - dnext_h**2
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
