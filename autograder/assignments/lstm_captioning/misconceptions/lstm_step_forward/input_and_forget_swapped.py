"""Takes the first block for the forget gate and the second for the input gate."""

import numpy as np

BELIEF = "The old state comes first in the formula, so the forget gate has the first block."
HINT = "Which block decides how much of the old cell state stays? Compare the order of your names with the handout's."
NOTE = (
    "next_c is wrong and next_h with it. With a cell state of zeros it looks nearly right, so single steps may hide it."
)
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_f, a_i, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
