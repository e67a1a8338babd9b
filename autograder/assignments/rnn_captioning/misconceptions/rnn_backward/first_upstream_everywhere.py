"""Adds the gradient from outside of the first step in every step."""

import numpy as np

BELIEF = "The gradient from outside is the same for all states."
HINT = "How many gradients from outside does dh hold for one example? Which one belongs to a step?"
NOTE = "The index of time stands still. Ask what the shape of dh says."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, 0] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
