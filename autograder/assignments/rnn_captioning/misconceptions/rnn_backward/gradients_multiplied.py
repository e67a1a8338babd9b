"""Multiplies the gradient from outside by the one that comes back."""

import numpy as np

BELIEF = "By the chain rule the two gradients of a state are multiplied."
HINT = (
    "By how many ways does a state act on the loss? What does the chain rule do along one way, and what with several?"
)
NOTE = (
    "Along a path factors are multiplied; several paths are added. It must start from ones here, which should raise "
    "the question."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.ones_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] * carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
