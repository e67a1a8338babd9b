"""Begins by reading <NULL>."""

import numpy as np

BELIEF = "Before the first word there is nothing to read, and nothing is <NULL>."
HINT = "What is the first word of each caption in the training data?"
NOTE = "The first step reads the word 0 in place of self._start."
LOSES = 12


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h)
    word = np.full(len(features), self._null)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
