"""Stores the state before each step, so h0 comes first and the last state is missing."""

import numpy as np

BELIEF = "The state at step t is what the step starts from, so h[:, 0] is h0."
HINT = "Should the first of your states depend on the first input? Try it."
NOTE = "Off by one in time. The last state is computed and thrown away. Ask which input h[:, 0] has seen."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        states.append(state)
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
