"""Reshapes x to (T, N, D), which mixes examples and steps."""

import numpy as np

BELIEF = "reshape brings the axes into the order in which they are asked."
HINT = (
    "Print x[1, 0] and the place where it ends up. Does reshape swap axes, or only cut the same row of numbers in "
    "another way?"
)
NOTE = (
    "The output has the right shape, and is right for N = 1 or T = 1. reshape keeps the order in memory; a "
    "transpose swaps axes."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    steps = x.reshape(T, N, D)
    states, caches = [], []
    for t in range(T):
        state, cache = rnn_step_forward(steps[t], states[-1] if states else h0, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
