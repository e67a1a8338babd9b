"""Adds the bias as a column, as if it had a number for each example."""

import numpy as np

BELIEF = "The bias has to stand upright to be added to a matrix."
HINT = "How many numbers has b, and which axis of the sum has as many?"
NOTE = (
    "Raises where N and H differ, for b[:, None] has H rows. A row of H numbers is added to each example without "
    "any reshaping."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b[:, None])
    return next_h, (x, prev_h, Wx, Wh, next_h)
