"""Leaves the old cell state out of the new one."""

import numpy as np

BELIEF = "The new cell state is what the input gate lets in."
HINT = "What is left of the memory after one step of yours? Where does prev_c go?"
NOTE = "next_c = i * g: a memory that lasts one step. The forget gate has no effect."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
