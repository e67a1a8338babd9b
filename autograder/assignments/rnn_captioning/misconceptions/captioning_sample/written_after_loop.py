"""Writes a word once, behind the loop."""

import numpy as np

BELIEF = "Lines below the head of the loop are all repeated."
HINT = "Which places of your output are <NULL>? How often does the line run that writes?"
NOTE = "All words are chosen rightly, the last one alone is kept: one line is indented too little."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for _ in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
    captions[:, -1] = word
    return captions
