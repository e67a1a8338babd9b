"""Goes back through one step, behind the loop."""

import numpy as np

BELIEF = "Lines below the head of a loop are repeated, however far they are indented."
HINT = "How often does your code go back through a step? Which places of dx are zero?"
NOTE = "Only dx[:, 0] is filled. The indentation decides what is repeated."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        upstream = dh[:, t] + carried
    dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(upstream, caches[t])
    dWx += dWx_t
    dWh += dWh_t
    db += db_t
    return dx, carried, dWx, dWh, db
