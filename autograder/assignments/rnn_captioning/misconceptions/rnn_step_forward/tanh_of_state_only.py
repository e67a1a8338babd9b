"""Applies the tanh to the state's part only and adds the input's part outside."""

import numpy as np

BELIEF = "The activation belongs to the recurrent part; the input is added to what comes out of it."
HINT = "How many terms are added up before the activation is applied? Follow the brackets of the formula."
NOTE = (
    "Check with a large input: the state must still lie between -1 and 1. Usually a misplaced bracket, sometimes a "
    "real belief about 'memory' and 'input' as separate paths."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(prev_h @ Wh) + x @ Wx + b
    return next_h, (x, prev_h, Wx, Wh, next_h)
