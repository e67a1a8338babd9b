"""Adds the tanh of input and bias to the tanh of the state's product."""

import numpy as np

BELIEF = "Input and state each go through a layer of their own, and the first one has the bias."
HINT = "How many activations does a step have? Add the terms on paper in the order of the formula."
NOTE = "Two layers side by side; their sum may be as large as 2."
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + b) + np.tanh(prev_h @ Wh)
    return next_h, (x, prev_h, Wx, Wh, next_h)
