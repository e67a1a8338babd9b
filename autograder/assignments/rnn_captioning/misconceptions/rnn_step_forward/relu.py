"""Uses ReLU as the activation."""

import numpy as np

BELIEF = "A hidden layer takes ReLU, as in the fully connected and convolutional networks of the course."
HINT = (
    "None of your states is negative, and some are larger than 1. Which activation does the formula of this cell name?"
)
NOTE = (
    "ReLU is right for the earlier assignments. Ask what happens to a state that grows by a factor of 1.1 at each "
    "step, and why a bounded activation helps here."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.maximum(0, x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
