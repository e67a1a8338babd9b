"""Only the gradient of the last state is taken from dh; on the way back dh[:, t] of the earlier steps is never added, so the code computes the gradients of a loss that depends on the last state alone."""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T + 1, H))
    h[:, 0] = h0
    for t in range(T):
        h[:, t + 1] = np.tanh(x[:, t] @ Wx + h[:, t] @ Wh + b)
    return h[:, 1:], (x, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h, Wx, Wh = cache
    N, T, D = x.shape
    dx = np.zeros_like(x)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])

    # the loss comes in at the end of the sequence and is then passed backwards
    grad = dh[:, -1]
    for t in range(T - 1, -1, -1):
        da = grad * (1 - h[:, t + 1] ** 2)
        dx[:, t] = da @ Wx.T
        dWx += x[:, t].T @ da
        dWh += h[:, t].T @ da
        db += da.sum(axis=0)
        grad = da @ Wh.T
    return dx, grad, dWx, dWh, db
