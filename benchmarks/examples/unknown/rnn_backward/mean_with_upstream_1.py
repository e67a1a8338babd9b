import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    cache, states = [], []
    h = h0
    for t in range(x.shape[1]):
        h, step = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        states.append(h)
        cache.append(step)
    return np.stack(states, 1), cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    dprev = np.zeros((N, H))
    dx = dWx = dWh = db = None
    for t in reversed(range(T)):
        upstream = dh[:, t] if t == T - 1 else (dh[:, t] + dprev) / 2
        dxt, dprev, a, c, d = rnn_step_backward(upstream, cache[t])
        if dx is None:
            dx = np.zeros((N, T, dxt.shape[1]))
            dWx, dWh, db = np.zeros_like(a), np.zeros_like(c), np.zeros_like(d)
        dx[:, t] = dxt
        dWx += a
        dWh += c
        db += d
    return dx, dprev, dWx, dWh, db
