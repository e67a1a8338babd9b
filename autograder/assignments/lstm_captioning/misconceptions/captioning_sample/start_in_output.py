"""Writes <START> in front of each caption."""

import numpy as np

BELIEF = "A caption begins with <START>, in the data as well."
HINT = "What does the handout say about <START> in the output?"
NOTE = "Everything is one place late, and the last word is lost."
LOSES = 2


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    captions[:, 0] = word
    for t in range(1, max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
