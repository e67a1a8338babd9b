"""Gives the picture to the cell state, and starts with a hidden state of zeros."""

import numpy as np

BELIEF = "The picture is to be remembered, so it belongs into the memory."
HINT = "Which of the two states did the picture give in training?"
NOTE = "The two first states change places: h0 = 0 and c0 from the features."
LOSES = 12


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    c, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    h = np.zeros_like(c)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
