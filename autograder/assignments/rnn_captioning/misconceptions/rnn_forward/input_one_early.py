"""Reads the input of the step before, and the last one first."""

import numpy as np

BELIEF = "State and input of a step have the same index, counted from the state before."
HINT = "Which input goes into the first step? What does an index of -1 give in NumPy?"
NOTE = "Off by one, and a negative index hides it: the first step reads the end of the sequence."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t - 1], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
