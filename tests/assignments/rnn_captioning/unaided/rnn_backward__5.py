"""Two mistakes: the slices of dx are collected from the last step to the first and stacked in this order, so dx is reversed in time; and dh0 is the total gradient of the first state (before rnn_step_backward of step 0), not the dprev_h that step 0 returned."""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    states = []
    caches = []
    current = h0
    for t in range(x.shape[1]):
        current, one_cache = rnn_step_forward(x[:, t], current, Wx, Wh, b)
        states.append(current)
        caches.append(one_cache)
    return np.stack(states, axis=1), (caches, Wx.shape, Wh.shape)


def rnn_backward(dh, cache):
    caches, wx_shape, wh_shape = cache
    dWx = np.zeros(wx_shape)
    dWh = np.zeros(wh_shape)
    db = np.zeros(wh_shape[0])
    dx_list = []
    from_next = np.zeros(dh[:, 0].shape)
    t = dh.shape[1] - 1
    while t >= 0:
        dh_total = dh[:, t] + from_next
        dx_t, from_next, a, c, d = rnn_step_backward(dh_total, caches[t])
        dx_list.append(dx_t)
        dWx = dWx + a
        dWh = dWh + c
        db = db + d
        t -= 1
    dh0 = dh_total
    return np.stack(dx_list, axis=1), dh0, dWx, dWh, db
