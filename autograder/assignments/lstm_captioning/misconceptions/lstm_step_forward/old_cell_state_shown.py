"""Computes the hidden state from the old cell state."""

import numpy as np

BELIEF = "The hidden state shows the memory as it was found, and the new one is for the next step."
HINT = "Which of the two cell states can tell what has just been read?"
NOTE = "next_h lags one step behind. next_c is right."
LOSES = 10


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(prev_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
