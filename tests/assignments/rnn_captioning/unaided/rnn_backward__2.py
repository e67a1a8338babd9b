"""The gradient of the last state is counted twice: the running gradient begins with dh[:, T-1], and in the loop dh[:, t] is added to it for t = T-1 as well. It should begin with zeros."""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.empty((N, T, H))
    steps = []
    state = h0
    for t in range(T):
        state, s = rnn_step_forward(x[:, t, :], state, Wx, Wh, b)
        h[:, t, :] = state
        steps.append(s)
    return h, {"steps": steps, "x": x, "Wx": Wx, "Wh": Wh}


def rnn_backward(dh, cache):
    steps = cache["steps"]
    T = dh.shape[1]
    dx = np.zeros(cache["x"].shape)
    dWx = np.zeros(cache["Wx"].shape)
    dWh = np.zeros(cache["Wh"].shape)
    db = np.zeros(dh.shape[2])

    dprev_h = dh[:, T - 1, :].copy()   # start at the end
    for t in range(T - 1, -1, -1):
        dcurrent = dh[:, t, :] + dprev_h
        dx_t, dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dcurrent, steps[t])
        dx[:, t, :] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db
