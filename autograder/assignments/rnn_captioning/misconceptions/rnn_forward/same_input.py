"""Reads the first input in every step."""

import numpy as np

BELIEF = "The input stays the same, and only the state moves on."
HINT = "Change the second input. Does any of your states change, and should it?"
NOTE = (
    "An index that does not depend on the loop variable. It can also be a picture of the network in which the input "
    "enters once, at the start."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for _ in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, 0], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
