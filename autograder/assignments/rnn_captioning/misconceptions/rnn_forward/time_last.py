"""Returns the states in the order (N, H, T)."""

import numpy as np

BELIEF = "The states of the steps stand side by side, so time is the last axis."
HINT = "Which axis of your result runs over time, and which one is asked? Compare the shapes."
NOTE = "The numbers are right, the last two axes are exchanged."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=2), (x, Wx, Wh, b, caches)
