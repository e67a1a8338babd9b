"""Reads <END> first instead of <START>."""

import numpy as np

BELIEF = "A caption begins where the one before has ended."
HINT = "Which word begins each caption in the data? Print the first column of some captions."
NOTE = "In other models one marker serves for both ends. Here there are two."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._end)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
