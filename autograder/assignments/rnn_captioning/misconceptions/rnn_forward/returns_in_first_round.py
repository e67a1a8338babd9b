"""Returns in the first round of its loop."""

import numpy as np

BELIEF = "The return belongs to the lines above it."
HINT = "How many rounds does your loop make before the function ends? How far is the return indented?"
NOTE = "The return stands within the loop. The first state is right, and all others are as the array was made."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches = []
    state = h0
    for t in range(T):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        if t == 0:
            h[:, t] = state
        caches.append(cache)
    return h, (x, Wx, Wh, b, caches)
