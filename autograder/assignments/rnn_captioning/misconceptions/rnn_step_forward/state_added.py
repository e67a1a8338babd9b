"""Adds the new state to the old one."""

import numpy as np

BELIEF = "A step updates the state, so what it computes is added to the state before."
HINT = (
    "Is the old state added anywhere outside the activation in the formula? How large can your state get after "
    "ten steps?"
)
NOTE = "A residual connection, as in other networks, or the update of an optimiser. Here the step replaces the state."
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = prev_h + np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
