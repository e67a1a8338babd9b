"""Leaves the bias out."""

import numpy as np

BELIEF = "The two matrix products are all that goes into the gates."
HINT = "One of the six arguments never has an effect in your code. Where does it stand in the formula?"
NOTE = "Ask what the gates are when inputs and states are all zero."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
