"""Computes the new state from the old one alone."""

import numpy as np

BELIEF = "The input has gone into the state already, so only the state has to be moved on."
HINT = "Call your function twice with the same state and different inputs. Should the results be the same?"
NOTE = (
    "Sometimes the input was used in an earlier version and lost while shapes were being repaired. Ask where this "
    "step learns which word was read."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)
