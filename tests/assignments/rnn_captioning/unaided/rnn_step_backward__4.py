"""The gradients of the shared parameters (dWx, dWh, db) are averaged over the minibatch, that is divided by N, where the contributions of the examples must be added. dx and dprev_h are right, and for N = 1 all is right."""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    cache = (x, prev_h, Wx, Wh, b, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b, next_h = cache
    N = x.shape[0]

    dtanh = (1 - next_h ** 2) * dnext_h

    # gradients wrt inputs: one per example
    dx = dtanh @ Wx.T
    dprev_h = dtanh @ Wh.T
    # gradients wrt weights: over the minibatch
    dWx = (x.T @ dtanh) / N
    dWh = (prev_h.T @ dtanh) / N
    db = np.mean(dtanh, axis=0)
    return dx, dprev_h, dWx, dWh, db
