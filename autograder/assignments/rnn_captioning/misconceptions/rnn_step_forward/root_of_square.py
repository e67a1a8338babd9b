"""Takes the tanh as a square root, which has no sign."""

import numpy as np

BELIEF = "Squares of tanh and of one over cosh add up to one, so a square root gives the tanh."
HINT = "Can a state be negative? Print the smallest value that your function returns."
NOTE = "The identity holds for the square only, and loses digits near zero besides."
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    next_h = np.sqrt(1 - 1 / np.cosh(a) ** 2)
    return next_h, (x, prev_h, Wx, Wh, next_h)
