"""Writes tanh with exp(a) where exp(2a) is needed, which is tanh(a / 2)."""

import numpy as np

BELIEF = "The tanh is (e^a - 1) / (e^a + 1)."
HINT = (
    "Compare your activation with NumPy's own for a = 1. Which power of e does the definition have, and is there a "
    "need to write it by hand?"
)
NOTE = (
    "The formula for the sigmoid and that for tanh are mixed up: tanh(a) = 2 sigmoid(2a) - 1. Large arguments "
    "overflow besides."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    next_h = (np.exp(a) - 1) / (np.exp(a) + 1)
    return next_h, (x, prev_h, Wx, Wh, next_h)
