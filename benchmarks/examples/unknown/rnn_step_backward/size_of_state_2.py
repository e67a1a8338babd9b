import numpy as np


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    # derivative of tanh
    slope = 1 - np.sqrt(next_h**2)
    inner = slope * dnext_h
    dWx = np.dot(inner.T, x).T
    dWh = np.dot(inner.T, prev_h).T
    db = np.ones(len(inner)) @ inner
    dx = np.dot(Wx, inner.T).T
    dprev_h = np.dot(Wh, inner.T).T
    return dx, dprev_h, dWx, dWh, db
