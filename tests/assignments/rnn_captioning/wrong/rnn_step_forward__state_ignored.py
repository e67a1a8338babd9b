"""Computes the next state from the input alone."""

import numpy as np

LOSES = {"rnn_step_forward": 8.0}


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
