"""Feeds back the vector of the word with the next number."""

import numpy as np

BELIEF = "Words are counted from 1, so the vector of the word chosen is one further on."
HINT = "A word that was chosen has a number. Is it the same number in your scores and in your table of vectors?"
NOTE = (
    "The first word is right. Scores and vectors are numbered alike, from 0; the offset is added once where none is "
    "needed."
)
LOSES = 6


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    read = word
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][read], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        read = (word + 1) % len(params["W_embed"])
        captions[:, t] = word
    return captions
