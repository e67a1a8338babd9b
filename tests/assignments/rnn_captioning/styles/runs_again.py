"""Keeps states alone, and runs each step again for its cache when it needs it."""

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
    h, prev_h = np.zeros((*x.shape[:2], h0.shape[1])), h0
    for t in range(x.shape[1]):
        prev_h, _ = rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)
        h[:, t] = prev_h
    return h, (x, h0, Wx, Wh, b, h)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, b, h = cache
    dx, dWx, dWh, db, carried = np.zeros_like(x), 0 * Wx, 0 * Wh, 0 * b, 0 * h0
    for t in reversed(range(x.shape[1])):
        _, step = rnn_step_forward(x[:, t], h[:, t - 1] if t else h0, Wx, Wh, b)
        dx[:, t], carried, *parts = rnn_step_backward(dh[:, t] + carried, step)
        dWx, dWh, db = dWx + parts[0], dWh + parts[1], db + parts[2]
    return dx, carried, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
