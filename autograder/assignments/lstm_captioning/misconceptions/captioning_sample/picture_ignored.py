"""Starts from a hidden state of zeros."""

import numpy as np

BELIEF = "An LSTM starts with states of zeros."
HINT = "In which line of your code do the features have an effect?"
NOTE = "All pictures get the same caption. Only the cell state begins with zeros."
LOSES = 12


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h = np.zeros((len(features), len(params["b_proj"])))
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
