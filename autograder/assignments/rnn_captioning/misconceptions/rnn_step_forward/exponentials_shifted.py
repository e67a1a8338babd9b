"""Shifts both exponentials by the largest sum of the whole array."""

import numpy as np

BELIEF = "As in softmax, taking off the largest value keeps exponentials from overflowing and changes nothing."
HINT = "What becomes of a small sum beside one of several thousands? Print both of its exponentials after the shift."
NOTE = (
    "The factor cancels, but small exponentials vanish to 0 before it does, and 0 is divided by 0. NumPy's own "
    "function needs no shift."
)
LOSES = 1


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    up, down = np.exp(a - np.abs(a).max()), np.exp(-a - np.abs(a).max())
    next_h = (up - down) / (up + down)
    return next_h, (x, prev_h, Wx, Wh, next_h)
