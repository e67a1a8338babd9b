"""Two mistakes: dWh is computed with the state after the step (next_h^T da) where the state before it (prev_h^T da) is right, and db is not summed over the minibatch, so that it has the shape (N, H)."""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    return h, (x, h, prev_h, Wx, Wh)


def rnn_step_backward(dnext_h, cache):
    x, h, prev_h, Wx, Wh = cache

    def affine_grads(d, inp, W):
        return np.dot(d, W.T), np.dot(inp.T, d)

    da = dnext_h * (1 - h ** 2)
    dx, dWx = affine_grads(da, x, Wx)
    dprev_h, dWh = affine_grads(da, h, Wh)
    db = da  # the bias is added, so the gradient just flows through
    return dx, dprev_h, dWx, dWh, db
