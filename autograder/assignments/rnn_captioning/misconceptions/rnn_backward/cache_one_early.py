"""Undoes each step with the cache of the step before."""

import numpy as np

BELIEF = "The gradient of a step flows to the step before, so it needs that one's cache."
HINT = "Which forward call made the state h[:, t], and which cache did that call return?"
NOTE = (
    "At t = 0 the index -1 takes the last cache, so nothing raises. The gradient of h[:, t] is undone with what "
    "its own step kept."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t - 1])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
