"""Adds the bias once for the input and once for the state."""

import numpy as np

BELIEF = "There are two affine layers, and each of them adds the bias."
HINT = "How often does b stand in the formula? Which arguments show how often it stands in your code?"
NOTE = "Often two calls of the affine layer with the same bias. With all inputs zero, the state must be the tanh of b."
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + b + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
