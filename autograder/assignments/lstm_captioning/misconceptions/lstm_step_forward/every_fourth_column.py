"""Takes every fourth column for a gate, in place of blocks."""

import numpy as np

BELIEF = "The four values of each hidden unit stand beside each other."
HINT = "Which columns belong to the input gate: the first H, or each fourth one?"
NOTE = "The weights of other layouts are interleaved like this. A reshape to (N, H, 4) does the same."
LOSES = 14


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = (a[:, k::4] for k in range(4))
    i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
