"""The caches, and the sizes beside them; the weights from the last cache."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    cache = x, prev_h, Wx, Wh, next_h
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da.dot(Wx.T), da.dot(Wh.T), x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    T = x.shape[1]
    h, caches = [None] * T, [None] * T
    for t in range(T):
        h[t], caches[t] = rnn_step_forward(x[:, t], h[t - 1] if t else h0, Wx, Wh, b)
    return np.stack(h, axis=1), (caches, T, x.shape)


def rnn_backward(dh, cache):
    caches, T, shape = cache
    dx, Wx, Wh = np.zeros(shape), caches[-1][2], caches[-1][3]
    dWx, dWh, db, dprev_h = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(Wh.shape[1]), np.zeros(dh[:, 0].shape)
    for t in np.arange(T)[::-1]:
        dcurrent = dh[:, t] + dprev_h
        dx[:, t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dcurrent, caches[t])
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return dx, dprev_h, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
