"""Returns the gradient of the state after the first step as that of h0."""

import numpy as np

BELIEF = "The sum of both gradients at the first step is the gradient of the first state, h0."
HINT = (
    "Is h0 the state before the first step, or the one after it? Has your gradient of it gone back through that step?"
)
NOTE = "One multiplication is missing at the very end: through the tanh and Wh of the first step."
LOSES = 3


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    dh0 = None
    for t in reversed(range(len(caches))):
        dh0 = dh[:, t] + carried
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dh0, dWx, dWh, db
