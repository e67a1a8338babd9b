"""Multiplies what comes from the input by what comes from the state."""

import numpy as np

BELIEF = "Input and state act together, so their parts are multiplied."
HINT = "What is left of the input in the first step if the state before it is zero?"
NOTE = (
    "From a state of zeros only the bias is seen. Multiplying parts is what gates do; in this step they are terms "
    "of one sum."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh((x @ Wx) * (prev_h @ Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
