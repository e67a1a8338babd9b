"""Returns the cell's gradient for the first hidden state."""

import numpy as np

BELIEF = "What comes out at the left end is the gradient of the memory."
HINT = "Two gradients come out at the left end. Which of them belongs to h0?"
NOTE = "dh0 is dprev_c of the first step: that of c0, which is always zero and needs none."
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
    return dx, dcell, dWx, dWh, db
