"""Inputs and states lie in lists beside each other; the step's cache is put together when it is needed."""

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
    xs, hs = [], [h0]
    for t in range(x.shape[1]):
        xs.append(x[:, t].copy())
        next_h, _ = rnn_step_forward(xs[t], hs[t], Wx, Wh, b)
        hs.append(next_h)
    return np.stack(hs[1:], axis=1), (xs, hs, Wx.copy(), Wh.copy())


def rnn_backward(dh, cache):
    xs, hs, Wx, Wh = cache
    dx, carried, sums = [], np.zeros_like(hs[0]), [0, 0, 0]
    for t in reversed(range(len(xs))):
        dx_t, carried, *parts = rnn_step_backward(dh[:, t] + carried, (xs[t], hs[t], Wx, Wh, hs[t + 1]))
        dx.append(dx_t)
        sums = [total + part for total, part in zip(sums, parts, strict=True)]
    return np.stack(dx[::-1], axis=1), carried, *sums


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
