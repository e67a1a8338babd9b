"""Uses the first step's cache for all steps."""

import numpy as np

BELIEF = "All steps have the same weights, so they have the same cache."
HINT = "What else than the weights is in a step's cache? At which state is the derivative of the last step taken?"
NOTE = "The weights are shared, inputs and states are not."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[0])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
