"""Reads <START> at every step."""

import numpy as np

BELIEF = "The states carry what was said, so nothing else has to be read."
HINT = "Which word does the second step read in training?"
NOTE = "The variable of the word is not changed in the loop."
LOSES = 8


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        captions[:, t] = scores.argmax(axis=1)
    return captions
