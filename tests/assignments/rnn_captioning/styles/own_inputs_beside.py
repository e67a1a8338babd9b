"""Keeps the inputs beside the caches, and steps in a table of functions."""

from functools import partial

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    cache = x, prev_h, Wx, Wh, next_h
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da.dot(Wx.T), da.dot(Wh.T), x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)


STEPS = (rnn_step_forward, rnn_step_backward)


def rnn_forward(x, h0, Wx, Wh, b, step=STEPS[0]):
    h, caches = np.zeros((*x.shape[:2], h0.shape[1])), []
    run = partial(step, Wx=Wx, Wh=Wh, b=b)
    for t in range(x.shape[1]):
        state, cache = run(x[:, t], h[:, t - 1] if t else h0)
        h[:, t] = state
        caches.append({"cache": cache, "x": x[:, t], "size": cache[0].shape})
    return h, (caches, x, h0, Wx, Wh, b)


def rnn_backward(dh, cache):
    caches, x, h0, Wx, Wh, b = cache
    dx, carried, dWx, dWh, db = (np.zeros(array.shape) for array in (x, h0, Wx, Wh, b))
    for t, kept in reversed([*enumerate(caches)]):
        assert kept["x"].shape == kept["size"]
        dx[:, t], carried, *parts = STEPS[1](dh[:, t] + carried, kept["cache"])
        dWx, dWh, db = dWx + parts[0], dWh + parts[1], db + parts[2]
    return dx, carried, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
