"""Takes one step's gradients of weights and bias, times the number of steps."""

import numpy as np

BELIEF = "All steps have the same weights, so each contributes as much as the other."
HINT = "Do all steps read the same input and start from the same state? What follows for their contributions?"
NOTE = "The weights are the same in each step, what they are multiplied by is not."
LOSES = 6


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
    dWx += dWx_t * len(caches)
    dWh += dWh_t * len(caches)
    db += db_t * len(caches)
    return dx, carried, dWx, dWh, db
