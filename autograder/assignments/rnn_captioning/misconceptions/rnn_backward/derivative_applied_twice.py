"""Multiplies by the derivative of tanh before calling the step, which does it again."""

import numpy as np

BELIEF = "The gradient has to go through the tanh before it comes to the step."
HINT = "What does rnn_step_backward do first with its argument? How often is the tanh then undone?"
NOTE = "Everything is too small. The step undoes the tanh itself; outside of it only gradients are added."
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    h = np.stack([step[4] for step in caches], axis=1)
    carried = np.zeros_like(dh[:, 0])
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward((dh[:, t] + carried) * (1 - h[:, t] ** 2), caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
