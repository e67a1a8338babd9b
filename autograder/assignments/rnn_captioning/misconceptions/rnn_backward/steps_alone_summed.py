"""Gives each step its own gradient alone and adds up all gradients of old states."""

import numpy as np

BELIEF = "h0 has an effect on every step, so what all steps send back is added up for it."
HINT = "Through what does the effect of h0 on the third step go? Must its gradient not go back the same way?"
NOTE = "What a step sends back belongs to the state before it, and has to go on through the steps before."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dh0 = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t], caches[t])
        dh0 += dprev_h
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dh0, dWx, dWh, db
