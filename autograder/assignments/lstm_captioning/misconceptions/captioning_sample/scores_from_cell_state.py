"""Computes the scores from the cell state."""

import numpy as np

BELIEF = "The cell state is what the model remembers, so it decides on the word."
HINT = "Which state did W_vocab see in training?"
NOTE = "Both states are carried rightly; only the scores are computed from the wrong one."
LOSES = 12


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = c @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
