"""Multiplies what is kept by what is written instead of adding them."""

import numpy as np

BELIEF = "All that gates do is to multiply."
HINT = "What becomes of the cell state if the input gate is closed? What should become of it?"
NOTE = "A closed gate then erases everything. Ask what the one sum in the LSTM is good for, on the way back as well."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_c * i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
