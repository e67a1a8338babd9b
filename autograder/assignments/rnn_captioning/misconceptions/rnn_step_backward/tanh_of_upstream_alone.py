"""Goes on with the derivative of tanh at the upstream gradient, and with nothing else."""

import numpy as np

BELIEF = "Sending a gradient back through tanh means putting it into the derivative of tanh."
HINT = "If the upstream gradient is twice as large, how much larger must all your results be?"
NOTE = "A backward function is linear in the upstream gradient. Doubling it shows at once that this one is not."
LOSES = 12


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    da = 1 - np.tanh(dnext_h) ** 2
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
