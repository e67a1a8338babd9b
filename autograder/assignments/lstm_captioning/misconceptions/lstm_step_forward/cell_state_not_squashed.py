"""Shows the cell state without the tanh."""

import numpy as np

BELIEF = "The output gate already bounds what is shown."
HINT = "How large can the hidden state be where the cell state has grown to 5?"
NOTE = "next_c is right, next_h = o * next_c is not."
LOSES = 10


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = next_c
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
