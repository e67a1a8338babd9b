"""Takes each step by itself, and keeps the weights' gradients of the first one."""

import numpy as np

BELIEF = "The backward function of a step does all that is needed, so it is called for each step."
HINT = (
    "What does each round of your loop take over from the round before it: of the state's gradient, and of those of "
    "the weights?"
)
NOTE = (
    "Two things are missing: dprev_h is not added to dh[:, t - 1], and dWx, dWh and db are not summed. Take them one "
    "after the other."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, _, _, _, caches = cache
    dx = np.zeros_like(x)
    for t in reversed(range(len(caches))):
        dx[:, t], dh0, dWx, dWh, db = rnn_step_backward(dh[:, t], caches[t])
    return dx, dh0, dWx, dWh, db
