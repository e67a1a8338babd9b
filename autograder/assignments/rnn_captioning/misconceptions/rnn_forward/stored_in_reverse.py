"""Returns the right states in reversed order of time."""

import numpy as np

BELIEF = "The newest state comes first."
HINT = "To which input does the state in the first place of your result belong?"
NOTE = "Each state is right. Comes from putting new states in front of the list."
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states[::-1], axis=1), (x, Wx, Wh, b, caches)
