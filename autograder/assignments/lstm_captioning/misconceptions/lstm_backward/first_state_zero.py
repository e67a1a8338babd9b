"""Returns zeros for the gradient of the first hidden state."""

import numpy as np

BELIEF = "The first state is given and is not learned, so it has no gradient."
HINT = "What makes h0 in the captioning model, and how would its parameters learn?"
NOTE = "W_proj and b_proj get no gradient: the model cannot learn to see the picture."
LOSES = 3


def lstm_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, np.zeros_like(dstate), dWx, dWh, db
