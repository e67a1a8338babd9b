"""Returns the cell states in place of the hidden states."""

import numpy as np

BELIEF = "The cell state is what the LSTM remembers, so it is the output."
HINT = "From which of the two states are scores computed?"
NOTE = "Everything is computed rightly, and the wrong one is kept. Cell states are not bounded by 1."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(c)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
