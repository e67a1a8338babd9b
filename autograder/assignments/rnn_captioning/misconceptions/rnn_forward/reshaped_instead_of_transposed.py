"""Reshapes (T, N, H) to (N, T, H), which mixes examples and steps."""

import numpy as np

BELIEF = "Reshaping brings the axes into the order that is asked."
HINT = (
    "Reshaping keeps the numbers in their order in memory. Do the states of one example stand together there, or "
    "those of one step?"
)
NOTE = (
    "The shape is right, and only N = 1 or T = 1 gives right values. Show it with np.arange(6).reshape(2, 3) against "
    "its transpose."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.array(states).reshape(len(x), -1, len(b)), (x, Wx, Wh, b, caches)
