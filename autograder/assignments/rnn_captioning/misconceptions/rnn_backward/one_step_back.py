"""Lets the gradient of a step reach the step before it and no further."""

import numpy as np

BELIEF = "What comes back from step t + 1 follows from dh[:, t + 1] alone."
HINT = "By which path does the last loss depend on the first input? Follow it through your code, step by step."
NOTE = (
    "Each step's dprev_h is computed from the outside gradient alone, so chains longer than one step are cut. With "
    "the gradient in the last step only, most of dx is zero."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    back = [rnn_step_backward(dh[:, t], caches[t])[1] for t in range(len(caches))]
    total = dh.copy()
    for t in range(len(caches) - 1):
        total[:, t] += back[t + 1]
    for t in range(len(caches)):
        dx[:, t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(total[:, t], caches[t])
        dh0 = dprev_h if t == 0 else dh0
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dh0, dWx, dWh, db
