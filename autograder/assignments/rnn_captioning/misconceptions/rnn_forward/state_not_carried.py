"""Starts every step from h0."""

import numpy as np

BELIEF = "Each step gets the first state and its own input."
HINT = "How does the third step of your loop learn what the first has read?"
NOTE = (
    "The result of the step is stored but never handed on. Unroll two steps on paper and draw the arrow that is "
    "missing."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
