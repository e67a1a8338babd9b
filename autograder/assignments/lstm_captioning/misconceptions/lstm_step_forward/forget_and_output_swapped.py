"""Takes the second block for the output gate and the third for the forget gate."""

import numpy as np

BELIEF = "The order of the blocks is input, output, forget."
HINT = "Which block keeps the memory, and which one shows it? In which order are they cut?"
NOTE = "Both states are wrong. Ask which columns of the bias one would set to make the network remember."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_o, a_f, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
