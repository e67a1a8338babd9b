"""Exchanges the state and the upstream gradient."""

BELIEF = "One array is multiplied by one minus the square of the other, in whichever order."
HINT = "Must your results double when the upstream gradient does? Do they?"
NOTE = "The formula is right but for its letters. Let the student say what each array holds."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = next_h * (1 - dnext_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
