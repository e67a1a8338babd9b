"""Takes the first block for the candidate."""

import numpy as np

BELIEF = "The candidate is computed first, so it is the first block, and the gates follow."
HINT = "Which block goes through the tanh? Count the blocks from the left, as the handout does."
NOTE = "All four blocks are shifted by one. Only the names on the left of the split are wrong."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_g, a_i, a_f, a_o = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
