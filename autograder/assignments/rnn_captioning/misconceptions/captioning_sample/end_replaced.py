"""Writes <NULL> in the place of <END> and goes on."""

import numpy as np

BELIEF = "<END> is no word that people read, so it is replaced."
HINT = "Which word has the highest score at the end of a caption? What does your output hold there?"
NOTE = "The words are chosen rightly, and one of them is changed before it is written."
LOSES = 7


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = np.where(word == self._end, self._null, word)
    return captions
