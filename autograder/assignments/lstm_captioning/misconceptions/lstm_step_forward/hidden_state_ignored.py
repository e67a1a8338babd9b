"""Computes the gates from the input alone."""

import numpy as np

BELIEF = "With an LSTM the memory is in the cell state, so the hidden state need not be read."
HINT = "What do the gates depend on, besides the word that is read?"
NOTE = "prev_h never enters: the gates cannot react to what was read before. Wh has no effect."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
