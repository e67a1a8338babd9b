"""Doubles the sums of the weights' gradients in every step."""

import numpy as np

BELIEF = "What is there so far has to be written down on the right of the sum as well."
HINT = "What stands in the sum after two rounds in which each step gives 1?"
NOTE = "Two ways of writing a sum got mixed: the one that adds in place, and the one that repeats the name."
LOSES = 6


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + carried, caches[t])
        dWx += dWx + dWx_t
        dWh += dWh + dWh_t
        db += db + db_t
    return dx, carried, dWx, dWh, db
