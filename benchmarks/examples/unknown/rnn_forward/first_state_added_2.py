import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    for t, now in enumerate(x.transpose(1, 0, 2)):
        # the picture must not be forgotten: it goes into every step
        before = h0 if not states else h0 + states[-1]
        state, kept = rnn_step_forward(now, before, Wx, Wh, b)
        states.append(state)
        caches.append(kept)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
