"""Reads the last input in every step."""

import numpy as np

BELIEF = "The step reads the newest input, which is the last one."
HINT = "Change the first input of a sequence. Which states must change, and which of yours do?"
NOTE = "The index of time is missing from the read. The recurrence itself is right."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for _ in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, -1], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
