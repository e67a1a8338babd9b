"""Writes <END> into the last place instead of choosing a word."""

import numpy as np

BELIEF = "Every caption has to end with <END>."
HINT = "Who decides when a caption ends? What is asked when <END> never comes?"
NOTE = "The last of the max_length words is the model's own choice as well. Seen only when no caption ends before."
LOSES = 1


def sample(self, features, max_length=30):
    params = self.params
    captions = np.full((len(features), max_length), self._end)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length - 1):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        word = (state @ params["W_vocab"] + params["b_vocab"]).argmax(axis=1)
        captions[:, t] = word
    return captions
