"""Starts the first step from h0 and all others from zeros."""

import numpy as np

BELIEF = "After the first step the state is in the result, at the place of the current step."
HINT = "From which place of your result does the second step read its state, and when is that place written?"
NOTE = "Reads h[:, t] before it is written, in place of the one before. The first state is right."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], h0 if t == 0 else np.zeros_like(h0), Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
