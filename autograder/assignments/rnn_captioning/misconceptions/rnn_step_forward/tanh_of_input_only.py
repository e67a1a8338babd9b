"""Applies the tanh to the input's part only and adds the state's part outside."""

import numpy as np

BELIEF = "The old state has been through a tanh already, so only what is new needs one."
HINT = "Let the old state be large. Between which bounds must a state lie, and does yours?"
NOTE = (
    "The counterpart of the misplaced bracket around the state's part. After some steps such states grow without "
    "a bound."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + b) + prev_h @ Wh
    return next_h, (x, prev_h, Wx, Wh, next_h)
