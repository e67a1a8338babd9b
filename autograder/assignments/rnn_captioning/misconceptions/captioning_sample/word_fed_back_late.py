"""Reads the word before the last one."""

import numpy as np

BELIEF = "The word that a step reads is set before the step's own word is chosen."
HINT = "Write down which word is read in the first three steps. When does the first word that was chosen come in?"
NOTE = "<START> is read twice. Two lines stand in the wrong order."
LOSES = 6


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    read = word
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][read], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        read = word
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
