"""Makes as many steps as there are examples."""

import numpy as np

BELIEF = "The first number of x.shape is the number of steps."
HINT = "Call your function with more steps than examples. Which states are still empty, and what bounds your loop?"
NOTE = (
    "Right where N is T; otherwise steps are left out, or an index is too large. The names in N, T, D = x.shape "
    "have changed places."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    state, caches = h0, []
    for t in range(x.shape[0]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        h[:, t] = state
        caches.append(cache)
    return h, (x, Wx, Wh, b, caches)
