"""Returns the last state at every step."""

import numpy as np

BELIEF = "Each round of the loop appends a new state."
HINT = "How many different arrays are in your list: is a new one made in each round, or is the same one written again?"
NOTE = (
    "One array is changed in place and appended T times, so all places show its last values. Ask what a list "
    "holds: arrays, or references to them."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    state, states, caches = h0.copy(), [], []
    for t in range(x.shape[1]):
        next_h, cache = rnn_step_forward(x[:, t], state.copy(), Wx, Wh, b)
        state[:] = next_h
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
