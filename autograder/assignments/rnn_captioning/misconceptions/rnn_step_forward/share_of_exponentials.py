"""Divides one exponential by the sum of both."""

import numpy as np

BELIEF = "The tanh is the share that the growing exponential has of the two."
HINT = "What does your function give for a sum of zero? What is the tanh of zero?"
NOTE = (
    "A difference in the numerator became a single term. That is the sigmoid of twice the sum: it lies between 0 and 1."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    next_h = 1 / (1 + np.exp(-2 * a))
    return next_h, (x, prev_h, Wx, Wh, next_h)
