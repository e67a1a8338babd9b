"""Reshapes states with time first to the shape that is asked."""

import numpy as np

BELIEF = "Reshaping puts the axes in the right order."
HINT = "Which numbers stand beside each other before and after a reshape? Which function moves axes?"
NOTE = "The shape is right, and the states of different pictures are mixed."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states).reshape(*x.shape[:2], -1), (x, Wx, Wh, b, caches)
