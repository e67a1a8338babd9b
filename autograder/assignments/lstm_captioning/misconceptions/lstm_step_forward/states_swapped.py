"""Returns the cell state first and the hidden state second."""

import numpy as np

BELIEF = "The cell state is computed first, so it is returned first."
HINT = "In which order does the handout name what is returned?"
NOTE = "Both values are right, and stand in each other's place."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_c, next_h, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
