"""Each step's cache is extended by its number, and handed on without it."""

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
    h, caches = np.zeros((*x.shape[:2], h0.shape[1])), []
    for t in range(x.shape[1]):
        h0, cache = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        h[:, t] = h0
        caches.append((*cache, t))
    return h, caches


def rnn_backward(dh, cache):
    x, h, Wx, Wh, _, _ = cache[0]
    dx, dh0 = np.zeros((len(x), dh.shape[1], x.shape[1])), np.zeros_like(h)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(h.shape[1])
    for *step, t in cache[::-1]:
        dx[:, t], dh0, *parts = rnn_step_backward(dh[:, t] + dh0, tuple(step))
        dWx, dWh, db = dWx + parts[0], dWh + parts[1], db + parts[2]
    return dx, dh0, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
