"""Adds the bias after the tanh instead of before it."""

import numpy as np

BELIEF = "The bias belongs to the output of the step, so it is added at the end."
HINT = "Can a state of yours be larger than 1? Look at what stands inside the brackets of the tanh in the formula."
NOTE = (
    "A bias shifts the point at which the unit switches; added outside, it only shifts the result. The range of the "
    "states shows it."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh) + b
    return next_h, (x, prev_h, Wx, Wh, next_h)
