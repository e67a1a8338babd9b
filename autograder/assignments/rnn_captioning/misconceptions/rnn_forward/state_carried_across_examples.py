"""Begins each further example with the last state of the one before."""

import numpy as np

BELIEF = "The state is carried on through the whole batch."
HINT = "From which state does the second example start in your loop? From which one should it?"
NOTE = (
    "The first example is right, the others are wrong from their first step on. Each example has its own row of "
    "h0, and knows nothing of the others."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    state = h0[0]
    for n in range(N):
        for t in range(T):
            state = np.tanh(x[n, t] @ Wx + state @ Wh + b)
            h[n, t] = state
    caches = [(x[:, t], h[:, t - 1] if t else h0, Wx, Wh, h[:, t]) for t in range(T)]
    return h, (x, Wx, Wh, b, caches)
