"""Takes the rows for steps: each row starts from the new state of the row before."""

import numpy as np

BELIEF = "x holds one input after the other, and the state goes from one to the next."
HINT = "What does the first axis of x count here? Would the second row change if the first one did?"
NOTE = (
    "The first row is right, and so is a single example. The rows are examples of a minibatch, which know nothing "
    "of each other; time is rnn_forward's affair."
)
LOSES = 7


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h, state = np.zeros_like(prev_h), prev_h[0]
    for row in range(len(x)):
        state = np.tanh(x[row] @ Wx + state @ Wh + b)
        next_h[row] = state
    return next_h, (x, prev_h, Wx, Wh, next_h)
