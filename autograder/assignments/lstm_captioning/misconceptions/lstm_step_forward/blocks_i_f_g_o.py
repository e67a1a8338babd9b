"""Takes the third block for the candidate and the fourth for the output gate."""

import numpy as np

BELIEF = "The blocks stand in the order in which the gates are used: input, forget, candidate, output."
HINT = "In which order does the handout cut a? Which of your four names has which columns?"
NOTE = (
    "The order i, f, g, o is that of other libraries. Both states are wrong, since candidate and output gate "
    "change places."
)
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_g, a_o = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
