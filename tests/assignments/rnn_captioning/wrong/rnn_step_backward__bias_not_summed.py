"""Does not add up the gradient of the bias over the examples."""

LOSES = {"rnn_step_backward": 2.0}


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da
