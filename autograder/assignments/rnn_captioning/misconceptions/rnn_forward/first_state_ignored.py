"""Starts from a state of zeros instead of h0."""

import numpy as np

BELIEF = "A recurrent network has no memory before the first step, so it starts from zeros."
HINT = "One of your arguments says where the sequence starts. What would it stand for in a captioning model?"
NOTE = (
    "Many textbooks start from zeros. In the captioning model h0 is the picture, so this loses everything that the "
    "model knows about it."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], np.zeros_like(h0)
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
