"""Takes the tanh of the state, which is a tanh already, for the derivative."""

import numpy as np

LOSES = {"rnn_step_backward": 12.0}


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - np.tanh(next_h) ** 2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
