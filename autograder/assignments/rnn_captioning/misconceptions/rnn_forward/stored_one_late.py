"""Stores each state one place late and leaves the first place zero."""

import numpy as np

BELIEF = "A step takes the state at time t to the one at time t + 1."
HINT = "After which input is the state in the first place asked for? What does yours hold there?"
NOTE = "Where h0 counts as time 0 this numbering is right; here h[:, 0] is the state after the first step."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches, state = np.zeros((*x.shape[:2], h0.shape[1])), [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        caches.append(cache)
        if t + 1 < x.shape[1]:
            h[:, t + 1] = state
    return h, (x, Wx, Wh, b, caches)
