"""Adds what comes back from the later steps twice."""

import numpy as np

BELIEF = "The gradient of the next step has to be written into dh and carried on as well."
HINT = (
    "Follow what one step returns for its old state. In how many places do you add it to the gradient of the step "
    "before?"
)
NOTE = (
    "Two right ways of carrying the gradient are mixed: adding it to dh[:, t - 1], and keeping it in a variable. "
    "Either one suffices."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dh = dh.copy()
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        if t > 0:
            dh[:, t - 1] += carried
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
