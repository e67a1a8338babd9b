"""Keeps a part of the hidden state in the cell state."""

import numpy as np

BELIEF = "The forget gate decides how much of the old state is kept."
HINT = "Which of the two old states does the forget gate act on in the formula? Where is the other one used?"
NOTE = "f * prev_h in place of f * prev_c. The memory then passes through the output gate and the tanh in every step."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_h + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
