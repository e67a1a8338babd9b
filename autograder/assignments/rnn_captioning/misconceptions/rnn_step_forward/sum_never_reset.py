"""Goes on adding to the same sum from one hidden unit to the next."""

import numpy as np

BELIEF = "The sum is set to zero once for each example."
HINT = "What does the sum of the second hidden unit start from in your loops? Which line has to stand one loop deeper?"
NOTE = (
    "The first column is right. In loops over examples, units and inputs, the sum belongs to one unit of one example."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.cumsum(x @ Wx + prev_h @ Wh, axis=1) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
