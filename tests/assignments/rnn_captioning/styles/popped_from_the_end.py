"""Caches are popped from the end; sizes come from the last."""

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
    h, caches = np.empty((x.shape[0], x.shape[1], h0.shape[1])), []
    state = h0
    for t, x_t in enumerate(np.swapaxes(x, 0, 1)):
        state, cache = rnn_step_forward(x_t, prev_h=state, Wx=Wx, Wh=Wh, b=b)
        h[:, t] = state
        caches.append(list(cache))
    return h, caches


def rnn_backward(dh, cache):
    caches = list(cache)
    (N, D), H = caches[-1][0].shape, caches[-1][3].shape[0]
    dx, dprev_h = np.zeros((N, len(caches), D)), np.zeros((N, H))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros((H,))
    while caches:
        t = len(caches) - 1
        dx[:, t], dprev_h, *parts = rnn_step_backward(cache=caches.pop(), dnext_h=dprev_h + dh[:, t])
        dWx, dWh, db = dWx + parts[0], dWh + parts[1], db + parts[2]
    return dx, dprev_h, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
