"""Every step's cache is unpacked before it is handed on."""

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
    h, cache = [], {}
    for t in range(x.shape[1]):
        h0, cache[t] = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        h.append(h0)
    return np.array(h).transpose(1, 0, 2), cache


def rnn_backward(dh, cache):
    T = dh.shape[1]
    for t in reversed(range(T)):
        x, prev_h, Wx, Wh, next_h = cache[t]
        if t == T - 1:
            dx, dprev_h = np.zeros((len(x), T, x.shape[1])), np.zeros_like(next_h)
            dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(prev_h.shape[1])
        dx_t, dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, cache[t])
        dx[:, t] = dx_t
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return dx, dprev_h, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
