"""Reads <START> first and <NULL> in every step after it."""

import numpy as np

BELIEF = "The next word is read from the output, at the place of the step itself."
HINT = "What does your output hold at the place that you read, at the time when you read it?"
NOTE = "The output begins as rows of <NULL>, and is read one place too late."
LOSES = 6


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        captions[:, t] = scores.argmax(axis=1)
        word = np.full(len(features), self._null)
    return captions
