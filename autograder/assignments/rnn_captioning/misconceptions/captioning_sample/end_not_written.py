"""Stops a caption at <END> without writing it."""

import numpy as np

BELIEF = "<END> says that a caption is over; it is not a word of it."
HINT = (
    "What is asked about the last word of a caption? How would a reader tell a caption that ended from one that "
    "was cut off?"
)
NOTE = "The test for <END> stands before the line that writes. Words after <END> are free, <END> itself is not."
LOSES = 7


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    ended = np.zeros(len(features), dtype=bool)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        ended |= word == self._end
        captions[:, t] = np.where(ended, self._null, word)
    return captions
