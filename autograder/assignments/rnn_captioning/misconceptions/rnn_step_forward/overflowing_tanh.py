"""Writes tanh with exponentials that overflow for large inputs."""

import numpy as np

BELIEF = "A formula that is right on paper is right in floating-point numbers, too."
HINT = (
    "What is exp(1000) on your computer, and what is infinity divided by infinity? NumPy has a function "
    "that takes care of this."
)
NOTE = (
    "All tests with values pass; only the one with inputs of size 1e3 fails. A good occasion to show nan and the "
    "largest float64, about 1.8e308."
)
LOSES = 1


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    next_h = (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))
    return next_h, (x, prev_h, Wx, Wh, next_h)
