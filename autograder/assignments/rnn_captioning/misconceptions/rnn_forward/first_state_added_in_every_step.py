"""Adds h0 to the state in every step."""

import numpy as np

BELIEF = "What h0 says has to be given to the network at each step."
HINT = "How often does h0 stand in the formulas of a sequence? How would the second step hear of it?"
NOTE = "The state carries h0 on by itself. Seen from the first step on, where h0 counts twice."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches = []
    state = h0
    for t in range(T):
        state, cache = rnn_step_forward(x[:, t], state + h0, Wx, Wh, b)
        h[:, t] = state
        caches.append(cache)
    return h, (x, Wx, Wh, b, caches)
