"""Computes the new state from the input alone."""

import numpy as np

BELIEF = "A step is a fully connected layer on its input; the state comes in somewhere else."
HINT = (
    "Call your function twice with the same input and different states before the step. Should the results be the same?"
)
NOTE = "This is a feed-forward layer. Ask how a word early in the caption could then influence a later one."
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
