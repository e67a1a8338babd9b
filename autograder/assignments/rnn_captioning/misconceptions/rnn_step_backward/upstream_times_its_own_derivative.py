"""Multiplies the upstream gradient by one minus its own square."""

BELIEF = "One minus the square is taken of what comes in, and then multiplied by it."
HINT = (
    "Two different arrays meet in this product. Which one was computed in the forward pass, and where does it "
    "come from?"
)
NOTE = "The chain rule is there, but the derivative is taken at the gradient instead of at the state."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    da = dnext_h * (1 - dnext_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
