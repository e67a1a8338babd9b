"""Caches are copied when they are kept, and lie in an array of objects."""

from copy import deepcopy

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
    h, caches = np.zeros((*x.shape[:2], h0.shape[1])), np.empty(x.shape[1], dtype=object)
    state = h0.copy()
    for t in range(x.shape[1]):
        next_h, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        caches[t] = deepcopy(cache)
        state[...] = next_h
        h[:, t] = next_h
    return h, caches


def rnn_backward(dh, cache):
    dx, carried = np.zeros((dh.shape[0], len(cache), cache[0][0].shape[1])), np.zeros(cache[0][1].shape)
    sums = [np.zeros(cache[0][2].shape), np.zeros(cache[0][3].shape), np.zeros(cache[0][4].shape[1])]
    for t in range(len(cache))[::-1]:
        dx[:, t], carried, *parts = rnn_step_backward(dh[:, t] + carried, deepcopy(cache[t]))
        sums = [total + part for total, part in zip(sums, parts, strict=True)]
    return dx, carried, *sums


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
