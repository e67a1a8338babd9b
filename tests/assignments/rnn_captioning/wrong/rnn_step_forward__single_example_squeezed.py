"""Loses the first axis of a single example."""

import numpy as np

LOSES = 1


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return np.squeeze(next_h), (x, prev_h, Wx, Wh, next_h)
