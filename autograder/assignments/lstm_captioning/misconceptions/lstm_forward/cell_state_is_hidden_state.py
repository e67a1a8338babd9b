"""Gives each step the hidden state in place of the cell state."""

import numpy as np

BELIEF = "One state is carried from step to step, and it is the hidden state."
HINT = "A step returns two states. Which of your variables goes into which argument of the next step?"
NOTE = "prev_c gets the hidden state of the step before. The first step is right."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        h, _, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        c = h
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
