"""Computes the first state without the bias b_proj."""

import numpy as np

BELIEF = "The picture is projected by a matrix alone."
HINT = "Compare how the first state is made here and in your loss. Which parameter is used there only?"
NOTE = (
    "In training the bias was part of h0. It is written by hand here, where the function that is given would have "
    "added it."
)
LOSES = 12


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h = features @ params["W_proj"]
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
