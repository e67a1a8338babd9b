"""Leaves the bias out."""

import numpy as np

BELIEF = "The two matrix products are all that goes into the new state."
HINT = "One of the five arguments never has an effect in your code. Where does it stand in the formula?"
NOTE = (
    "The notebook's example has a bias that is not zero, so its check fails too. Ask which state follows from inputs "
    "and states that are all zero."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh)
    return next_h, (x, prev_h, Wx, Wh, next_h)
