"""Leaves the output gate without its sigmoid."""

import numpy as np

BELIEF = "The output gate is a plain linear output: only what is stored has to be between 0 and 1."
HINT = "How large may the hidden state become in your code, and how large in the formula?"
NOTE = "next_c is right, next_h is not bounded. One of the three sigmoids is missing."
LOSES = 10


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), a_o, np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
