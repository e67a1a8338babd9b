"""Computes one step, behind the loop, with the last input."""

import numpy as np

BELIEF = "What stands below the loop's line belongs to the loop, whatever its indentation."
HINT = "How often is the step called? Print something beside it. What decides which lines a loop repeats?"
NOTE = "Only the last place holds a state, and it comes from h0 and the last input. Four blanks are missing."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros((*x.shape[:2], h0.shape[1]))
    for t in range(x.shape[1]):
        inputs = x[:, t]
    h[:, -1], cache = rnn_step_forward(inputs, h0, Wx, Wh, b)
    return h, (x, cache)


def rnn_backward(dh, cache):
    x, step_cache = cache
    dx = np.zeros_like(x)
    dx[:, -1], dh0, dWx, dWh, db = rnn_step_backward(dh[:, -1], step_cache)
    return dx, dh0, dWx, dWh, db
