"""Sends the gates through the tanh."""

import numpy as np

BELIEF = "The activation of a recurrent network is the tanh, for all four blocks."
HINT = "What does a gate of -1 do to the memory? Which numbers can say how much of something passes?"
NOTE = "A gate below zero turns the sign of what passes. The habit comes from the vanilla RNN."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o, g = np.tanh(a_i), np.tanh(a_f), np.tanh(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
