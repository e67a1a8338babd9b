"""Cuts the examples into four groups in place of the columns."""

import numpy as np

BELIEF = "The array has four parts along its first axis."
HINT = "What does each of the two axes of a count, and which of them is four times as long as H?"
NOTE = "Where N is no multiple of four this raises; otherwise the shapes are wrong. The gates are blocks of columns."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.array_split(a, 4, axis=0)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
