"""Weights come from the first step's cache, by position; caches lie in a tuple."""

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
    states, caches = [h0], ()
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], states[-1], Wx, Wh, b)
        states.append(state)
        caches += (cache,)
    return np.stack(states[1:], axis=1), caches


def rnn_backward(dh, cache):
    x, _, Wx, Wh, _ = cache[0]
    dx = np.empty((*dh.shape[:2], x.shape[-1]))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])
    carried = 0
    for t, step in reversed(list(enumerate(cache))):
        dx[:, t], carried, *parts = rnn_step_backward(dh[:, t] + carried, step)
        for place, part in enumerate(parts):
            (dWx, dWh, db)[place][...] += part
    return dx, carried, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
