"""Puts h0 into the first place and begins with the second step."""

import numpy as np

BELIEF = "h0 is the first of the T states."
HINT = "After which input is the state in the first place asked for? Is that input read in your code?"
NOTE = "The count of states is right, but the first input is never read and h0 takes the place of a state."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches, state = np.zeros((*x.shape[:2], h0.shape[1])), [], h0
    h[:, 0] = h0
    for t in range(1, x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        caches.append(cache)
        h[:, t] = state
    return h, (x, Wx, Wh, b, caches)


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(1, x.shape[1])):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t - 1])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried + dh[:, 0], dWx, dWh, db
