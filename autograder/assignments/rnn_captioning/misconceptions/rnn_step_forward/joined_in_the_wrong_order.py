"""Joins input and state in one order, and Wx and Wh in the other."""

import numpy as np

BELIEF = "One product of the joined arrays gives the same as two products and a sum."
HINT = "Write the joined arrays as blocks. Which block of the weights does each number of x meet?"
NOTE = (
    "The shapes fit, so nothing is raised. The idea is right when both are joined in the same order; drawing the "
    "blocks shows it."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    joined, weights = np.concatenate([x, prev_h], axis=1), np.concatenate([Wh, Wx], axis=0)
    next_h = np.tanh(joined @ weights + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
