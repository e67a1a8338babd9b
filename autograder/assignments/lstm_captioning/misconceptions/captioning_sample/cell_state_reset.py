"""Starts every step from a cell state of zeros."""

import numpy as np

BELIEF = "The hidden state goes from word to word, and the cell state is inside a step."
HINT = "What does your model remember of the words before the last one, and where is it kept?"
NOTE = "The zeros stand within the loop. In training the cell state was carried, so the captions break off or repeat."
LOSES = 8


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, _, _ = lstm_step_forward(
            params["W_embed"][word], h, np.zeros_like(h), params["Wx"], params["Wh"], params["b"]
        )
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
