"""Keeps as much as the forget gate says is to be forgotten."""

import numpy as np

BELIEF = "A forget gate of 1 means that everything is forgotten."
HINT = "What stays of the old cell state where the forget gate is 1, by the formula?"
NOTE = "The name misleads: f says how much stays. next_c has 1 - f in place of f."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = (1 - f) * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
