"""Starts every step from the hidden state of the picture."""

import numpy as np

BELIEF = "The picture must be seen at each word, and the memory is in the cell state."
HINT = "Which hidden state does the second step start from in training?"
NOTE = "Only the cell state goes on. The first word is right, the second may be."
LOSES = 8


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h0, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h0)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h0, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
