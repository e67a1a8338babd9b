"""Uses the logistic sigmoid as the activation."""

import numpy as np

BELIEF = (
    "The activation of a recurrent layer is the sigmoid; both functions squash, so it does not matter which one it is."
)
HINT = "Your states are all positive. Look up which activation the formula of this cell names, and what its range is."
NOTE = (
    "Often carried over from the gates of an LSTM, or from an older course. The range (0, 1) instead of (-1, 1) gives "
    "it away; compare the two derivatives at 0 as well."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = 1 / (1 + np.exp(-(x @ Wx + prev_h @ Wh + b)))
    return next_h, (x, prev_h, Wx, Wh, next_h)
