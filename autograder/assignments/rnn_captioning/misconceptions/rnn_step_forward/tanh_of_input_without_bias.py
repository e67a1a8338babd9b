"""Applies the tanh to the input's product only."""

import numpy as np

BELIEF = "The activation is for the input; state and bias are added to what comes out of it."
HINT = "Let the bias be ten. Can a state then still lie between -1 and 1 in your code?"
NOTE = "A bracket closes two terms too early."
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx) + prev_h @ Wh + b
    return next_h, (x, prev_h, Wx, Wh, next_h)
