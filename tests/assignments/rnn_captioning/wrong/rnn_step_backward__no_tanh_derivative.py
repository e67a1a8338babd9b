"""Passes the gradient through the tanh unchanged."""

LOSES = {"rnn_step_backward": 12.0}


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    da = dnext_h
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
