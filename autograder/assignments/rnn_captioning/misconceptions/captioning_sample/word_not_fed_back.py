"""Reads <START> in every step."""

import numpy as np

BELIEF = "The state remembers what was written, so the word need not be read again."
HINT = "In training, what does the model read at each step? What does yours read in the second step here?"
NOTE = (
    "The state does not know which word was chosen from the scores. In training the word of the reference caption is "
    "read, here the chosen one."
)
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
    return captions
