"""Returns in the first round of its loop."""

import numpy as np

BELIEF = "The return belongs to the lines above it."
HINT = "How many rounds does your loop make before the function ends? How far is the return indented?"
NOTE = "The return stands within the loop. The first state is right, and all others are as the array was made."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    states, caches = np.zeros((N, T, h0.shape[1])), []
    h, c = h0, np.zeros_like(h0)
    for t in range(T):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        caches.append(cache)
        if t == 0:
            states[:, t] = h
    return states, (x, Wx, Wh, b, caches)
