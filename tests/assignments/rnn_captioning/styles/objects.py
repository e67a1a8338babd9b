"""Caches are objects of classes of its own, whose attributes callers read."""

import numpy as np


class StepCache:
    def __init__(self, x, h, weights, out):
        self.x, self.h, self.out = x, h, out
        self.Wx, self.Wh = weights


class Sequence:
    def __init__(self):
        self.steps = []


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    out = np.tanh(x @ Wx + prev_h @ Wh + b)
    return out, StepCache(x, prev_h, (Wx, Wh), out)


def rnn_step_backward(dnext_h, cache):
    da = dnext_h * (1 - cache.out**2)
    return da @ cache.Wx.T, da @ cache.Wh.T, cache.x.T @ da, cache.h.T @ da, da.sum(0)


def rnn_forward(x, h0, Wx, Wh, b):
    sequence, h = Sequence(), np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    for t in range(x.shape[1]):
        h0, step = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        h[:, t] = h0
        step.t = t
        sequence.steps.append(step)
    return h, sequence


def rnn_backward(dh, cache):
    last = cache.steps[-1]
    dx = np.zeros((*dh.shape[:2], last.x.shape[1]))
    dWx, dWh, db = np.zeros_like(last.Wx), np.zeros_like(last.Wh), np.zeros(last.out.shape[1])
    carried = np.zeros_like(last.h)
    while cache.steps:
        step = cache.steps.pop()
        dx[:, step.t], carried, *parts = rnn_step_backward(dh[:, step.t] + carried, step)
        dWx, dWh, db = dWx + parts[0], dWh + parts[1], db + parts[2]
    return dx, carried, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW
