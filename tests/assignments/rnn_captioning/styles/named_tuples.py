"""Caches and gradients are named tuples, and read by name."""

from collections import namedtuple

import numpy as np

Step = namedtuple("Step", "x prev_h Wx Wh next_h")
Gradients = namedtuple("Gradients", "dx dprev_h dWx dWh db")


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, Step(x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    da = dnext_h * (1 - cache.next_h**2)
    return Gradients(da @ cache.Wx.T, da @ cache.Wh.T, cache.x.T @ da, cache.prev_h.T @ da, da.sum(axis=0))


def rnn_forward(x, h0, Wx, Wh, b):
    steps = []
    for t in range(x.shape[1]):
        steps.append(rnn_step_forward(x[:, t], steps[-1][0] if steps else h0, Wx, Wh, b))
    return np.stack([state for state, _ in steps], axis=1), [step for _, step in steps]


def rnn_backward(dh, cache):
    N, T, _ = dh.shape
    dx = np.zeros((N, T, cache[0].x.shape[1]))
    dWx, dWh, db = np.zeros_like(cache[0].Wx), np.zeros_like(cache[0].Wh), np.zeros(cache[0].next_h.shape[1])
    upstream = dh[:, -1]
    for t in reversed(range(T)):
        gradients = rnn_step_backward(upstream, cache[t])
        dx[:, t] = gradients.dx
        upstream = dh[:, t - 1] + gradients.dprev_h
        dWx += gradients.dWx
        dWh += gradients.dWh
        db += gradients.db
    return dx, gradients.dprev_h, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
