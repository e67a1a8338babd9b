"""Computes the tanh by hand with exponentials that overflow for negative sums."""

import numpy as np

BELIEF = "With a minus sign in the exponent nothing can get too large."
HINT = "For which sign of the sum is the exponent positive in your code? Try a sum of minus one thousand."
NOTE = "The minus sign moves the overflow from large positive sums to negative ones. NumPy's own function has neither."
LOSES = 1


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    next_h = (1 - np.exp(-2 * a)) / (1 + np.exp(-2 * a))
    return next_h, (x, prev_h, Wx, Wh, next_h)
