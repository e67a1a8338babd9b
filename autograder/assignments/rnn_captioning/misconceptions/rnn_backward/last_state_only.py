"""Takes the gradient from outside at the last step only."""

import numpy as np

BELIEF = "The loss depends on the last state, and all the other gradients follow from that one."
HINT = "Every state has scores of its own. Which parts of dh does your code never look at?"
NOTE = (
    "Right for a network with one output at the end. Here a word is predicted at each step, so a gradient comes in at "
    "each step."
)
LOSES = 14


def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    carried = dh[:, -1]
    for t in reversed(range(len(caches))):
        dx[:, t], carried, dWx_t, dWh_t, db_t = rnn_step_backward(carried, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, carried, dWx, dWh, db
