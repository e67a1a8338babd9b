"""Writes a caption for the first picture only."""

import numpy as np

BELIEF = "One picture is captioned at a time."
HINT = "Which rows of your output are filled? Print the shape of features beside it."
NOTE = "Works when it is tried with a single picture. All rows go through the steps together."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    captions[1:] = self._null
    return captions
