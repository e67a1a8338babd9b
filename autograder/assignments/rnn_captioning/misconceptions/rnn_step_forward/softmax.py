"""Applies the softmax instead of the tanh."""

import numpy as np

BELIEF = "The softmax is the activation that makes the numbers of a vector comparable."
HINT = "What do the elements of your state sum to? Between which two numbers may each of them lie after a tanh?"
NOTE = (
    "The softmax belongs to the scores of the words. As a state it is never negative, and its elements depend on each"
    " other."
)
LOSES = 8


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    powers = np.exp(a - a.max(axis=1, keepdims=True))
    next_h = powers / powers.sum(axis=1, keepdims=True)
    return next_h, (x, prev_h, Wx, Wh, next_h)
