"""Adds the candidate without the input gate."""

import numpy as np

BELIEF = "The candidate is what is new, so it is added to the memory."
HINT = "Which gate decides how much of the candidate is written, and where is it in your code?"
NOTE = "One of the four blocks has no effect. Ask how the network could leave its memory alone for one step."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
