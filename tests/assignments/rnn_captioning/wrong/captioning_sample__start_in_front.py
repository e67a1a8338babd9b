"""Puts <START> in front of max_length words."""

import numpy as np

LOSES = 2
MISCONCEPTION = "start_in_output"


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
    return np.insert(captions, 0, self._start, axis=1)
