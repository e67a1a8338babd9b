"""The list of T states of shape (N, H) is stacked along the first axis and reshaped to (N, T, H) where the axes must be swapped. The shape is right, but for N > 1 and T > 1 the states of different examples and steps are mixed up."""
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    states, caches = [], []
    state = h0
    for t in range(T):
        state, c = rnn_step_forward(x[:, t, :], state, Wx, Wh, b)
        states.append(state)
        caches.append(c)
    h = np.array(states).reshape(N, T, H)
    return h, tuple(caches)
