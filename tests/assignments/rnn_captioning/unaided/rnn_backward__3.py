"""The gradients of the weights are overwritten in each turn of the loop, not added up: dWx, dWh and db hold the contribution of the first step in time only. dx and dh0 are right."""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    cache = []
    hs = []
    h = h0
    for t in range(x.shape[1]):
        h, c = rnn_step_forward(x[:, t, :], h, Wx, Wh, b)
        hs.append(h)
        cache.append(c)
    return np.stack(hs, axis=1), cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    dh_next = np.zeros((N, H))
    dx = [None] * T
    for t in range(T)[::-1]:
        dx[t], dh_next, dWx, dWh, db = rnn_step_backward(dh[:, t, :] + dh_next, cache[t])
    return np.stack(dx, axis=1), dh_next, dWx, dWh, db
