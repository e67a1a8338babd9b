"""Starts from a state of zeros."""

import numpy as np

BELIEF = "A recurrent network starts from an empty memory."
HINT = "Two different pictures get the same caption from you. How should the first step learn which picture it is?"
NOTE = "All rows are alike. Ask which argument of the function is never used."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state = np.zeros((len(features), len(params["b"])))
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
