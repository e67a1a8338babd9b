"""Keeps the gradients of weights and bias of the last example instead of adding them up."""

import numpy as np

BELIEF = "Each round of the loop computes the gradient of the weights anew."
HINT = "How many examples have used the same weights? What does your loop do with what the round before has found?"
NOTE = (
    "dx and dprev_h are right, and so is everything for one example. The assignment in the loop overwrites; the "
    "examples share one set of weights, so their gradients add up."
)
LOSES = 6


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    for row in range(len(x)):
        dWx = np.outer(x[row], da[row])
        dWh = np.outer(prev_h[row], da[row])
        db = da[row]
    return da @ Wx.T, da @ Wh.T, dWx, dWh, db
