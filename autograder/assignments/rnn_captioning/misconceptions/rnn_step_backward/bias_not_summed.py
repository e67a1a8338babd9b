"""Returns one gradient of the bias for each example."""

BELIEF = "Each example has its own gradient of the bias, so all of them are returned."
HINT = (
    "The bias is one vector that all examples share. What happens to gradients where one value is used several times, "
    "and which shape must come out?"
)
NOTE = (
    "Broadcasting copies b to each row; its backward pass adds the rows up. The shapes of db and b should be compared "
    "first."
)
LOSES = 2


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da
    return dx, dprev_h, dWx, dWh, db
