"""Applies a tanh to the states once more before they are returned."""

import numpy as np

BELIEF = "The output of the layer is the activation of its states."
HINT = "Is there an activation in the step already? What is asked of the states in the output?"
NOTE = "The recurrence is right, and its states are squashed a second time on the way out."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.tanh(np.stack(states, axis=1)), (x, Wx, Wh, b, caches)
