"""Returns the gradients of the inputs in reversed order of time."""

import numpy as np

BELIEF = "A list that is filled in the loop is in the order of the steps."
HINT = "In which order does your loop visit the steps, and in which order do the gradients of the inputs end up?"
NOTE = (
    "The loop runs from the last step to the first, and the results are appended. All numbers are right, in the wrong "
    "place."
)
LOSES = 3


def rnn_backward(dh, cache):
    _, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = [], np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx_t, carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dx.append(dx_t)
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return np.stack(dx, axis=1), carried, dWx, dWh, db
