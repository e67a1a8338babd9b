"""Returns the states in the order (T, N, H)."""

import numpy as np

BELIEF = "The loop runs over time, so time is the first axis of the result."
HINT = "Compare the axes of your result with those that are asked. Along which axis do you put the states together?"
NOTE = (
    "The numbers are right and only the axes are exchanged. Sequence-first layouts are common elsewhere, for instance "
    "in PyTorch's defaults."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states), (x, Wx, Wh, b, caches)
