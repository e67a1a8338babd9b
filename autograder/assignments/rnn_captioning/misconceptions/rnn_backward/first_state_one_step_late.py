"""Returns for h0 what reaches the state after the first step."""

import numpy as np

BELIEF = "What is carried when the loop comes to the first step is the gradient of the first state."
HINT = (
    "Which step reads h0? In which round of your loop is the gradient taken back through that step, and when do you "
    "keep dh0?"
)
NOTE = "The carried gradient is kept before the last round in place of after it. Everything but dh0 is right."
LOSES = 3


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dh0 = carried
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dh0, dWx, dWh, db
