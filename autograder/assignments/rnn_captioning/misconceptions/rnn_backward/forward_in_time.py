"""Walks through the steps from the first to the last."""

import numpy as np

BELIEF = "The backward pass visits the steps in the same order as the forward pass."
HINT = (
    "What does the gradient at a step need to know: what came before it, or what came after it? Which step can be "
    "computed first?"
)
NOTE = (
    "Only the order of the loop is wrong. The gradient flows against the arrows of the graph, so the last step comes "
    "first."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in range(len(caches)):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
