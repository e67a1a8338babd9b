"""Looks for the best picture of each word instead of the best word of each picture."""

import numpy as np

BELIEF = "axis=0 means that argmax looks at one row after the other."
HINT = "What shape has the result of your argmax? How many words are written in one step?"
NOTE = (
    "There are V results where N are asked, so the step's words do not fit. The axis that argmax is given is the "
    "one that disappears."
)
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=0)
        captions[:, t] = word
    return captions
