"""Multiplies the state by the transpose of Wh."""

import numpy as np

BELIEF = "Weights are stored as outputs by inputs, so they must be transposed before a row can be multiplied by them."
HINT = (
    "Wh is square, so NumPy cannot warn you. In x Wx the rows of the matrix belong to the inputs: which axis of Wh "
    "belongs to the old state?"
)
NOTE = (
    "Textbooks with column vectors write W h; here a row of the minibatch stands on the left. Only Wh hides the "
    "mistake, since Wx is not square."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh.T + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
