"""Computes the scores without the bias b_vocab."""

import numpy as np

BELIEF = "Only the order of the scores matters, and a bias does not change it."
HINT = "Is the bias the same number for all words? Would it leave the order of the scores as it is?"
NOTE = (
    "A constant for all words would drop out; one number for each word does not. It holds how frequent the words are."
)
LOSES = 12


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
