"""Leaves the last word <NULL>."""

import numpy as np

BELIEF = "<START> takes one of the places, so max_length - 1 words are left."
HINT = "How many words do you write if <END> never comes, and how many are asked?"
NOTE = "A loop up to max_length - 1. Seen only when no caption ends before."
LOSES = 2


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    for t in range(max_length - 1):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
