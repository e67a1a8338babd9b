"""Returns the sum over all steps of the gradients of their old states as that of h0."""

import numpy as np

BELIEF = "h0 takes part in every step, so its gradient is the sum over the steps, as for the weights."
HINT = (
    "Which steps read h0 itself, and which read a state that was computed from it? Is the latter path counted already?"
)
NOTE = "The carried gradient already holds the later steps. Weights are used T times, h0 once."
LOSES = 3


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried, dh0 = np.zeros_like(dh[:, 0]), 0
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dh0 = dh0 + carried
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dh0, dWx, dWh, db
