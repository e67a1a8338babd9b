"""Adds the tanh of the input's product to the tanh of state and bias."""

import numpy as np

BELIEF = "Input and state each go through a layer of their own, and the second one has the bias."
HINT = "Is the tanh of a sum the sum of the two tanhs? Try it with two ones."
NOTE = "Two layers side by side. Ask for a drawing of the step with its one activation."
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx) + np.tanh(prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
