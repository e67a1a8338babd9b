"""Reads <NULL> first instead of <START>."""

import numpy as np

BELIEF = "Nothing has been written yet, so the first word read is the empty one."
HINT = "What did the model read first for every caption in training? Which vector does your first step get?"
NOTE = "An array of zeros as the first words, and 0 is <NULL>. In training each caption starts with <START>."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.zeros(len(features), dtype=int)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
