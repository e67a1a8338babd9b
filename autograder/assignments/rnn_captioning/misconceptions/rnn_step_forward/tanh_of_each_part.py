"""Applies a tanh to each product apart and adds the results."""

import numpy as np

BELIEF = "Each of the two layers has its own activation, and the new state is their sum."
HINT = (
    "How many times does the formula apply its activation, and to what? How large can the sum of two of its values be?"
)
NOTE = "Two small networks side by side instead of one. With large inputs the result leaves the range from -1 to 1."
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx) + np.tanh(prev_h @ Wh) + b
    return next_h, (x, prev_h, Wx, Wh, next_h)
