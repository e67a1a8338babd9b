"""The transpose is missing in the gradient for the previous state: dprev_h = da Wh where da Wh^T is right. Wh is square, so the shape fits; the other four gradients are right."""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    next_h = np.tanh(a)
    cache = {"x": x, "prev_h": prev_h, "Wx": Wx, "Wh": Wh, "out": next_h}
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h = cache["x"], cache["prev_h"]
    Wx, Wh = cache["Wx"], cache["Wh"]
    out = cache["out"]

    da = dnext_h * (1.0 - out * out)      # N x H
    dx = np.dot(da, Wx.T)                 # N x D
    dWx = np.dot(x.T, da)                 # D x H
    dprev_h = np.dot(da, Wh)              # N x H
    dWh = np.dot(prev_h.T, da)            # H x H
    db = np.sum(da, axis=0)
    return dx, dprev_h, dWx, dWh, db
