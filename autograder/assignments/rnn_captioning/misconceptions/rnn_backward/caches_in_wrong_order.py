"""Takes the caches in the order of the forward pass while it walks back in time."""

import numpy as np

BELIEF = "The first cache in the list belongs to the first round of the loop."
HINT = "Which step does the first round of your loop stand for? Which step's cache does it take?"
NOTE = "Slices of dh go backwards and caches forwards. Both need one and the same index."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[-1 - t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
