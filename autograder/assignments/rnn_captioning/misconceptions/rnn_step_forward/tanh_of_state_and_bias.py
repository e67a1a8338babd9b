"""Applies the tanh to state and bias and adds the input outside."""

import numpy as np

BELIEF = "The input comes in after the activation; bias and state belong together."
HINT = "Which of the three terms is not inside the activation in your code? Follow the brackets of the formula."
NOTE = "Check with a large input: the state must still lie between -1 and 1."
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(prev_h @ Wh + b) + x @ Wx
    return next_h, (x, prev_h, Wx, Wh, next_h)
