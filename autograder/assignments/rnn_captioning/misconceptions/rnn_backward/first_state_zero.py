"""Returns zeros as the gradient of h0."""

import numpy as np

BELIEF = "h0 is where the sequence starts and nothing is learned there, so it has no gradient."
HINT = (
    "In the captioning model the first state is computed from the picture. What would its layer learn from your result?"
)
NOTE = "Four of the five gradients are right. The projection of the picture would never be trained."
LOSES = 3


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, np.zeros_like(carried), dWx, dWh, db
