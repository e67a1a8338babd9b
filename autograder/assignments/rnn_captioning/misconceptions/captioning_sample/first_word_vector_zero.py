"""Reads a vector of zeros first instead of that of <START>."""

import numpy as np

BELIEF = "Before the first word there is none, so its vector is zero."
HINT = "Which word begins every caption in the training? What does the model read in its first step there?"
NOTE = "The word list has a word for just that. The model has never seen a vector of zeros."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    vector = np.zeros((len(word), params["W_embed"].shape[1]))
    for t in range(max_length):
        state, _ = rnn_step_forward(vector, state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        vector = params["W_embed"][word]
        captions[:, t] = word
    return captions
