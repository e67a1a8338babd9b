"""Writes tanh with exponentials that overflow for large inputs."""

import numpy as np

LOSES = {"rnn_step_forward": 1.0}


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    next_h = (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))
    return next_h, (x, prev_h, Wx, Wh, next_h)
