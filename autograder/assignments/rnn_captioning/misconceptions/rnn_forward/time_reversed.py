"""Reads the inputs from the last to the first."""

import numpy as np

BELIEF = "The latest input matters most for the state, so it is read first."
HINT = "Which input should the first state depend on? Change the last input only, and see which of your states change."
NOTE = (
    "Sometimes the reversed loop of the backward pass was copied. Changing the last input must change the last state "
    "alone."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        inputs = x[:, x.shape[1] - 1 - t]
        state, cache = rnn_step_forward(inputs, state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
