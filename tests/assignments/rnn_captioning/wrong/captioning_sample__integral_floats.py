"""Returns the words as floats."""

import numpy as np

LOSES = 1


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length))
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
