"""Computes the sigmoid by exponentials that overflow for large numbers."""

import numpy as np

BELIEF = "A sigmoid is the exponential divided by one plus the exponential, so that is what is written."
HINT = "What does your sigmoid return for 1000? Which of the numbers on the way is too large?"
NOTE = (
    "exp(1000) is infinite, and infinite divided by infinite is NaN. For ordinary numbers all is right, so only "
    "the test of large inputs fails."
)
LOSES = 2


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    a_i, a_f, a_o, a_g = np.split(a, 4, axis=1)
    i, f, o = (np.exp(z) / (1 + np.exp(z)) for z in (a_i, a_f, a_o))
    g = np.tanh(a_g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)
