"""Stores a state once, behind the loop."""

import numpy as np

BELIEF = "After the loop the states are there, so it is enough to store them then."
HINT = "Which places of your result are zero? When does the line run that writes into it?"
NOTE = "The steps are right and the last state as well. The line that stores it is indented too little."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches, state = np.zeros((*x.shape[:2], h0.shape[1])), [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        caches.append(cache)
    h[:, -1] = state
    return h, (x, Wx, Wh, b, caches)
