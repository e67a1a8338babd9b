"""Sends the candidate through the sigmoid as well."""

import numpy as np

BELIEF = "All four blocks are gates, so all four go through the sigmoid."
HINT = "Between which numbers must what is written into the memory lie? Can it ever make an element smaller here?"
NOTE = "The candidate is then never negative, and the cell state can only grow. Ask what i * g adds."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), sigmoid(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
