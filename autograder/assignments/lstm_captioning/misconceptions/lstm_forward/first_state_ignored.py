"""Starts from a hidden state of zeros."""

import numpy as np

BELIEF = "Both states begin with zeros."
HINT = "One of the five arguments never has an effect in your code. What does it stand for in the captioning model?"
NOTE = "h0 is what the model knows of the picture. Nothing of it gets into the sequence."
LOSES = 10


def lstm_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h, c = np.zeros_like(h0), np.zeros_like(h0)
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
