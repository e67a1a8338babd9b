"""Returns the cell state after its tanh."""

import numpy as np

BELIEF = "The tanh belongs to the cell state, so the cell state that goes on is the squashed one."
HINT = "Through how many tanh does the memory go in ten steps of yours, and in ten steps of the formula?"
NOTE = "next_h is right, next_c is not. The memory is flattened in each step, as in a vanilla RNN."
LOSES = 10


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, shown, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
