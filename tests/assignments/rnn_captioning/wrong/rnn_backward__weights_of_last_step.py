"""Keeps the weights' gradients of one step instead of adding them up."""

import numpy as np

LOSES = {"rnn_backward": 6.0}


def rnn_backward(dh, cache):
    x, _, _, _, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), 0, 0, 0
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx, dWh, db = dWx_t, dWh_t, db_t
    return dx, carried, dWx, dWh, db
