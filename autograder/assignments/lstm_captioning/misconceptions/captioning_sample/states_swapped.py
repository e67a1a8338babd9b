"""Takes the cell state for the hidden state and the other way round."""

import numpy as np

BELIEF = "A step returns the cell state first."
HINT = "In which order does lstm_step_forward return the two states?"
NOTE = "Scores are computed from the cell state, and the next step gets both in each other's place."
LOSES = 12


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        c, h, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
