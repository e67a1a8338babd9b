"""Takes the derivative of the sigmoid, s (1 - s)."""

BELIEF = "All squashing functions have the derivative s (1 - s)."
HINT = "That slope belongs to another activation. What is the slope of the tanh where its value is 0?"
NOTE = (
    "The factor is 0 where the state is 0, and negative for negative states. Often the forward step is right; the "
    "formula comes from the sigmoid layer."
)
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * next_h * (1 - next_h)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
