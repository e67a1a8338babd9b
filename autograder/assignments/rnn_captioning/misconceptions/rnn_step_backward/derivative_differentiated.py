"""Takes minus twice the state for the derivative of the tanh."""

BELIEF = "The derivative of one minus the square of the state is minus twice the state."
HINT = "What is the derivative of the tanh at zero? What does your factor give for a state of zero?"
NOTE = (
    "1 - h**2 is the derivative already; it was differentiated once more. The gradient vanishes where it should be "
    "largest."
)
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (-2 * next_h)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
