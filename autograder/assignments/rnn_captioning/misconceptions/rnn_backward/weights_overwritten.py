"""Keeps the gradients of weights and bias of one step instead of adding them up."""

import numpy as np

BELIEF = "The step that is computed last has the final gradients of the weights."
HINT = "All steps share the same weights. What happens to the gradients of a value that is used T times?"
NOTE = "= in place of +=. dx and dh0 are right. Ask what the loss loses when the weights of one step alone are changed."
LOSES = 6


def rnn_backward(dh, cache):
    x, _, _, _, caches = cache
    dx = np.zeros_like(x)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx, dWh, db = rnn_step_backward(dh[:, t] + carried, caches[t])
    return dx, carried, dWx, dWh, db
