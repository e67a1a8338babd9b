"""Takes the steps from the last to the first."""

import numpy as np

BELIEF = "The newest input matters most, so the layer begins with it."
HINT = "From which state does the step with the first input start? From which one should it?"
NOTE = "Each state stands at its own input, but it knows what comes after it in place of what came before."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches, state = np.zeros((*x.shape[:2], h0.shape[1])), [], h0
    for t in reversed(range(x.shape[1])):
        h[:, t], cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        state = h[:, t]
        caches.insert(0, cache)
    return h, (x, Wx, Wh, b, caches)


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
