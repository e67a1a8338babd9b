"""Returns the states with time as the first axis."""

import numpy as np

BELIEF = "The states are collected step by step, so the steps come first."
HINT = "In which order does the handout name the axes of h?"
NOTE = "The list of states was stacked along the first axis: (T, N, H) in place of (N, T, H)."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states), (x, Wx, Wh, b, caches)
