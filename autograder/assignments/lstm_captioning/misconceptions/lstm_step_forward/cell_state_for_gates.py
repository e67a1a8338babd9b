"""Computes the gates from the old cell state in place of the old hidden state."""

import numpy as np

BELIEF = "The cell state is the state of the LSTM, so it is what Wh is multiplied with."
HINT = "Which of the two states do the gates see? The other one is only changed by them."
NOTE = "The two states are confused. Variants with such connections exist (peepholes), but in addition to h."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_c @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
