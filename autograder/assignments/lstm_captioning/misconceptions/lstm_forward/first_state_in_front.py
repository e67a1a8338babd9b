"""Returns T + 1 states, with h0 in front."""

import numpy as np

BELIEF = "h0 is one of the states, so it belongs to the result."
HINT = "How many steps are made, and how many states do you return? Which of them has read no input?"
NOTE = (
    "All states that are asked are there, one place later. Keeping h0 in the list is handy for the backward pass, but"
    " it belongs in the cache."
)
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [h0], []
    h, c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
