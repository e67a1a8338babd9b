"""Returns the gradients of the two weights in the wrong order."""

LOSES = {"rnn_step_backward": 4.0}


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, prev_h.T @ da, x.T @ da, da.sum(axis=0)
