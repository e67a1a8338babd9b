"""The step's gradient is written out again, from what is in the step's cache."""

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
    states, caches = [], []
    for t in range(x.shape[1]):
        h0, cache = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        states.append(h0)
        caches.append(cache)
    return np.stack(states, axis=1), caches


def rnn_backward(dh, cache):
    dx, carried, sums = [], 0, [0, 0, 0]
    for t in range(len(cache) - 1, -1, -1):
        x, prev_h, Wx, Wh, next_h = cache[t]
        da = (dh[:, t] + carried) * (1 - next_h * next_h)
        dx.insert(0, da @ Wx.T)
        carried = da @ Wh.T
        sums = [sums[0] + x.T @ da, sums[1] + prev_h.T @ da, sums[2] + da.sum(axis=0)]
    return np.stack(dx, axis=1), carried, *sums


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
