"""Adds to the old cell state without the forget gate."""

import numpy as np

BELIEF = "A memory keeps everything, and new things are added."
HINT = "How can an element of your cell state ever be cleared?"
NOTE = "This is the LSTM of 1997, before the forget gate. Here next_c = f * prev_c + i * g is asked."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
