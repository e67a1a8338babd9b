"""Returns what the last step sends back as the gradient of h0."""

import numpy as np

BELIEF = "The gradient of the state that a step starts from is what the first round of the loop gives."
HINT = "Through how many steps must a gradient go back until it has reached h0? In which round is that done?"
NOTE = "Right for a sequence of one step only. The rounds go back in time, so the first round is the last step."
LOSES = 3


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    dh0 = None
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dh0 = carried if dh0 is None else dh0
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dh0, dWx, dWh, db
