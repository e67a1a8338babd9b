"""Removes all axes of length 1 before the axes are put in order."""

import numpy as np

BELIEF = "squeeze tidies an array up, and changes nothing that matters."
HINT = (
    "Call your function with a single example, then with a single step. Which axes have gone, and which two are "
    "then swapped?"
)
NOTE = "Right for several examples and steps. Axes of length 1 mean something here: one example, one step."
LOSES = 5


def rnn_forward(x, h0, Wx, Wh, b):
    state, states, caches = h0, [], []
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.squeeze(np.array(states)).swapaxes(0, 1), (x, Wx, Wh, b, caches)
