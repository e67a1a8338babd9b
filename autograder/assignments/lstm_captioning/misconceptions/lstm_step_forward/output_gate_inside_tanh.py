"""Applies the tanh to the output gate times the cell state."""

import numpy as np

BELIEF = "The tanh is the last thing that happens in a step."
HINT = "In which order do the output gate and the tanh come in the formula? Does the order change the result?"
NOTE = (
    "tanh(o * c) in place of o * tanh(c): close for small cell states. The cell state is right, and the hidden state "
    "is not."
)
LOSES = 8


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = np.tanh(o * next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
