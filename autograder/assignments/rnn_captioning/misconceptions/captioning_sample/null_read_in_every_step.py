"""Reads <NULL> in every step."""

import numpy as np

BELIEF = "The words to be read are in the output, which each step fills in."
HINT = "Which words does your model read? Print them beside those that it writes."
NOTE = "The output is read where it is still empty, and <START> is never read."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._null)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        captions[:, t] = scores.argmax(axis=1)
    return captions
