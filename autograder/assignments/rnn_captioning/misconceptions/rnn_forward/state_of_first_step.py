"""Starts every step from the state after the first one."""

import numpy as np

BELIEF = "The state that comes from h0 is kept, and each later step starts from it."
HINT = "Which state does the third step start from? Which index changes from step to step?"
NOTE = "The first two states are right. An index stands still, or the carried name is set only once."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], states[0] if t else h0, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
