"""Subtracts the bias instead of adding it."""

import numpy as np

BELIEF = "The bias is a threshold that the sum has to exceed."
HINT = "Compare the signs in your sum with those in the formula of the notebook."
NOTE = (
    "Trains as well, for the bias learns the other sign, but other values are asked, and the gradient of the bias "
    "does not fit."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh - b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
