"""Adds the gradient from outside of the next step, not what that step sends back."""

import numpy as np

BELIEF = "What comes from the next step is its gradient, dh[:, t + 1]."
HINT = (
    "Through what does the loss of step t + 1 depend on the state of step t? Which function turns the one gradient "
    "into the other?"
)
NOTE = (
    "dh[:, t + 1] belongs to another state. Before it reaches this one it has to go back through a step, and what "
    "comes from further on with it."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(len(caches))):
        upstream = dh[:, t : t + 2].sum(axis=1)
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(upstream, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
